/**
 * What may be bound. Left to themselves a Durable Object writes `true` as a text and Node as 1, one takes `undefined` for
 * NULL, the other a missing parameter, and neither says a word when a number loses its last digits.
 */
import type { Bind } from '../host.ts';

/** The code is wrong, not the data. Says which parameter and of what type, and never what was in it. */
export class BadBind extends TypeError {
  override readonly name = 'BadBind';
}

/**
 * Puts the texts in order where they lie: half of a pair of surrogates cannot be stored as UTF-8, and each host would write another.
 * @param count how many the statement takes
 * @throws BadBind
 */
export function checkBinds(params: Bind[], count: number): Bind[] {
  if (params.length !== count) throw new BadBind(`this statement takes ${count} parameters, not ${params.length}`);
  for (let i = 0; i < count; i++) {
    const value: unknown = params[i];
    if (typeof value === 'string') params[i] = value.toWellFormed();
    else if (typeof value === 'number') {
      // One comparison for what is not finite, too: nothing is smaller than NaN.
      if (!(Math.abs(value) <= Number.MAX_SAFE_INTEGER)) throw new BadBind(`parameter ${i + 1} is a number beyond 2^53 or none at all`);
    } else if (value !== null && !(value instanceof Uint8Array)) {
      throw new BadBind(`parameter ${i + 1} is of type ${typeOf(value)}: bind a string, a number, null or a Uint8Array`);
    }
  }
  return params;
}

const typeOf = (value: unknown): string => Object.prototype.toString.call(value).slice('[object '.length, -1);
