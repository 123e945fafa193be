/** Words the team says often: everybody's to use, and to better. */
import { ID } from '../../protocol/parse.ts';
import { exactly, list, matching, type Shape, text } from '../../protocol/shape.ts';
import { type Canned, cannedOf, keepCanned } from '../canned.ts';
import type { BodyRule } from './body.ts';
import type { Call } from './door.ts';
import { badRequest } from './turned-away.ts';

const CANNED_MOST = 500;
const NAME_CHARS = 60;
const BODY_CHARS = 5_000;
/** Of all together: an inbox has them all at hand. */
const CHARS_MOST = 400_000;

const canned = exactly({ id: matching(ID, 'an id'), name: text(NAME_CHARS, 1), body: text(BODY_CHARS, 1) }) as Shape<Canned>;
export const NEW_CANNED: BodyRule<{ canned: Canned[] }> = {
  shape: exactly({ canned: list(canned, CANNED_MOST) }) as Shape<{ canned: Canned[] }>,
  // Four bytes a character, and what stands around them.
  bytes: 2_000_000, keys: CANNED_MOST * 3 + 1, type: 'json',
};

export async function getCanned({ owner }: Call): Promise<object> {
  return owner.run((brand) => ({ canned: cannedOf(brand) }));
}

export async function putCanned({ owner, agent, body }: Call<{ canned: Canned[] }>): Promise<object> {
  const wellFormed = body.canned.map(({ id, name, body: words }) => ({ id, name: name.toWellFormed(), body: words.toWellFormed() }));
  if (new Set(wellFormed.map(({ id }) => id)).size < wellFormed.length) throw badRequest('canned: each id must stand once');
  if (wellFormed.reduce((sum, { body: words }) => sum + words.length, 0) > CHARS_MOST) throw badRequest(`canned: at most ${CHARS_MOST} characters in all`);
  return owner.run((brand) => {
    keepCanned(brand, agent.agent, wellFormed);
    return { canned: cannedOf(brand) };
  });
}
