/**
 * Shapes of values that come from outside. A shape says what is wrong with a value in words that name the place,
 * or nothing when all is well. It never throws, and never recurses deeper than the shape itself.
 */
export type Shape<T> = ((value: unknown) => string | undefined) & { readonly means?: T };
export type Shaped<S> = S extends Shape<infer T> ? T : never;
/** A field that may be absent. */
export interface Optional<T> { (value: unknown): string | undefined; readonly maybe: T }

type Fields = Record<string, Shape<never> | Optional<unknown> | Shape<unknown>>;
type Simplify<T> = { [K in keyof T]: T[K] };
type ShapedFields<F> = Simplify<
  { [K in keyof F as F[K] extends Optional<unknown> ? never : K]: F[K] extends Shape<infer T> ? T : never }
  & { [K in keyof F as F[K] extends Optional<unknown> ? K : never]?: F[K] extends Optional<infer T> ? T : never }
>;

export const text = (max: number, min = 0): Shape<string> => (value) =>
  typeof value !== 'string' ? 'must be text'
    : value.length > max ? `must have at most ${max} characters`
    : value.length < min ? (min === 1 ? 'must not be empty' : `must have at least ${min} characters`)
    : undefined;

export const matching = (pattern: RegExp, what: string): Shape<string> => (value) =>
  typeof value === 'string' && pattern.test(value) ? undefined : `must be ${what}`;

export const whole = (min = 0, max = Number.MAX_SAFE_INTEGER): Shape<number> => (value) =>
  Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max
    ? undefined : `must be a whole number from ${min} to ${max}`;

export const flag: Shape<boolean> = (value) => typeof value === 'boolean' ? undefined : 'must be true or false';

export const choice = <const T extends string>(...options: T[]): Shape<T> => (value) =>
  options.includes(value as T) ? undefined : `must be one of ${options.join(', ')}`;

export const exact = <const T extends string | number | boolean>(wanted: T): Shape<T> => (value) =>
  value === wanted ? undefined : `must be ${JSON.stringify(wanted)}`;

export const list = <T>(item: Shape<T>, max: number): Shape<T[]> => (value) => {
  if (!Array.isArray(value)) return 'must be a list';
  if (value.length > max) return `must have at most ${max} entries`;
  for (let index = 0; index < value.length; index++) {
    const problem = item(value[index]);
    if (problem) return `${index}: ${problem}`;
  }
  return undefined;
};

/** Any keys, values of one shape. */
export const record = <T>(item: Shape<T>, max: number, keyChars: number): Shape<Record<string, T>> => (value) => {
  if (!isRecord(value)) return 'must be an object';
  const keys = Object.keys(value);
  if (keys.length > max) return `must have at most ${max} fields`;
  for (const key of keys) {
    if (key === '__proto__' || key.length > keyChars) return 'has a field name that is not allowed';
    const problem = item(value[key]);
    if (problem) return `${key}: ${problem}`;
  }
  return undefined;
};

export const optional = <T>(shape: Shape<T>): Optional<T> =>
  ((value) => value === undefined ? undefined : shape(value)) as Shape<T> as Optional<T>;

/** Of several shapes the first that fits. */
export const either = <T>(...shapes: Shape<T>[]): Shape<T> => (value) => {
  let problem: string | undefined;
  for (const shape of shapes) if (!(problem = shape(value))) return undefined;
  return problem;
};

/** These fields and no others: what the server asks of clients. */
export const exactly = <F extends Fields>(fields: F): Shape<ShapedFields<F>> => fieldsShape(fields, true);
/** These fields, whatever else: what a client asks of a server that may be newer. */
export const having = <F extends Fields>(fields: F): Shape<ShapedFields<F>> => fieldsShape(fields, false);

function fieldsShape<F extends Fields>(fields: F, strict: boolean): Shape<ShapedFields<F>> {
  return (value) => {
    if (!isRecord(value)) return 'must be an object';
    if (strict) for (const key of Object.keys(value)) if (!Object.hasOwn(fields, key)) return `has an unknown field ${JSON.stringify(key.slice(0, 40))}`;
    for (const name of Object.keys(fields)) {
      const problem = fields[name]!(own(value, name));
      if (problem) return `${name}: ${problem}`;
    }
    return undefined;
  };
}

/** The field itself, and nothing that a page may have written on the prototype of all objects. */
export const own = (value: Record<string, unknown>, name: string): unknown => Object.hasOwn(value, name) ? value[name] : undefined;

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
