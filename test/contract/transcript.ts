/** What each of a play's parts was told, and where two tellings of the same play differ. */

/** A frame, the end of a line, a refused upgrade, or an answer over HTTP. */
// biome-ignore lint/suspicious/noExplicitAny: it is compared, whatever it is
export type Entry = Record<string, any>;
/** By part, in the order in which it came. */
export type Transcript = Record<string, Entry[]>;

const TIMES = new Set(['at', 'now', 'created', 'waiting', 'due', 'until', 'opens']);
/** Milliseconds, and seconds of the header: how much of an allowance has come back until then is the clock's. */
const WAITS = new Set(['retryAfter', 'retry-after']);

/** What is random, by its form: 12 bytes in hex, 16 and 32 in base64url, alone or in a longer text. */
const RANDOM: [kind: string, form: RegExp][] = [
  ['epoch', /(?<![A-Za-z0-9_-])[0-9a-f]{24}(?![A-Za-z0-9_-])/g],
  ['secret', /(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])/g],
  ['id', /(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{22}(?![A-Za-z0-9_-])/g],
];

/**
 * Times become words, and whatever is random the name of when it was first seen: `id 3` here must be `id 3` there.
 * Two events may fall into one millisecond on one host and not on the other, so times are not told apart.
 * @param url where it was told, which is another port each time
 */
export function plain(transcript: Transcript, url: string): Transcript {
  const names = new Map<string, string>();
  const nameOf = (kind: string, value: string): string => {
    const known = names.get(value);
    if (known) return known;
    const name = `<${kind} ${[...names.values()].filter((each) => each.startsWith(`<${kind} `)).length + 1}>`;
    names.set(value, name);
    return name;
  };
  const words = (text: string): string =>
    RANDOM.reduce((each, [kind, form]) => each.replace(form, (value) => nameOf(kind, value)), text.replaceAll(url, '<server>'));
  const walk = (value: unknown, key: string): unknown => {
    if (TIMES.has(key) && typeof value === 'number') return '<time>';
    if (WAITS.has(key) && value !== undefined) return '<wait>';
    if (typeof value === 'string') return words(value);
    if (Array.isArray(value)) return inOrder(value.map((each) => walk(each, '')), key);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, walk(each, name)]));
  };
  return Object.fromEntries(Object.entries(transcript).map(([part, entries]) => [part, entries.map((entry) => walk(entry, '') as Entry)]));
}

/** Who is here has no order (rule E2). */
const inOrder = (list: unknown[], key: string): unknown[] => key === 'here' ? list.toSorted() : list;

const SHOWN_BEFORE = 2;
const SHOWN_MOST = 12;

/**
 * Where they differ, in words: for each part the first place, with what had come before.
 * @returns nothing when they are the same
 */
export function differences(left: Transcript, right: Transcript, names: [string, string]): string[] {
  const found: string[] = [];
  for (const part of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const [a, b] = [left[part] ?? [], right[part] ?? []];
    const place = Array.from({ length: Math.max(a.length, b.length) }, (_, n) => n).find((n) => textOf(a[n]) !== textOf(b[n]));
    if (place === undefined) continue;
    found.push([
      `${part}, entry ${place + 1} of ${a.length} (${names[0]}) and ${b.length} (${names[1]}):`,
      ...a.slice(Math.max(place - SHOWN_BEFORE, 0), place).map((entry) => `    ${textOf(entry)}`),
      ...fieldsThatDiffer(a[place], b[place]).slice(0, SHOWN_MOST).map(([path, mine, theirs]) => `  ${path}\n    ${names[0]}: ${mine}\n    ${names[1]}: ${theirs}`),
    ].join('\n'));
  }
  return found;
}

function fieldsThatDiffer(a: unknown, b: unknown, path = ''): [path: string, a: string, b: string][] {
  if (textOf(a) === textOf(b)) return [];
  if (!isTree(a) || !isTree(b) || a['type'] !== b['type']) return [[path || 'the whole', textOf(a), textOf(b)]];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((key) => fieldsThatDiffer(a[key], b[key], path ? `${path}.${key}` : key));
}

const isTree = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** As JSON, whatever the order of its fields. */
function textOf(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value, (_, each: unknown) =>
    isTree(each) && !Array.isArray(each) ? Object.fromEntries(Object.entries(each).toSorted(([x], [y]) => (x < y ? -1 : 1))) : each);
}
