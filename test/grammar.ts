/** Frames by chance: right ones, nearly right ones, and rubbish. The same random numbers make the same frames. */

/** Seeds that found something once. What they found was mended; each is played again, every time. */
export const KEPT_SEEDS: number[] = [];

type Random = () => number;
const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)]!;

/** A few, so that they collide: across lines, visitors and kinds. */
const IDS = ['a', 'b', 'c', 'd', 'e', 'auto.1', 'auto.2', 'x'.repeat(64)];
const FRAMES: ((random: Random) => Record<string, unknown>)[] = [
  () => ({ type: 'hi', v: 1, rev: 0 }),
  (random) => ({ type: 'hi', v: pick(random, [0, 1, 2, 1_000]), rev: whole(random), epoch: 'another', lang: 'en', zone: 'UTC', page: { url: 'https://shop.example/', title: 't' } }),
  (random) => ({ type: 'say', id: pick(random, IDS), thread: pick(random, IDS), body: pick(random, ['hello', 'x', 'é\u0000\ud800']) }),
  (random) => ({ type: 'say', id: `i${Math.floor(random() * 1e9)}`, thread: pick(random, IDS), body: 'hello', page: { url: 'https://shop.example/tea' } }),
  (random) => ({ type: 'label', id: pick(random, IDS), name: 'Ada', email: 'ada@x.example' }),
  (random) => ({ type: 'track', id: pick(random, IDS), name: 'order', data: { total: 3.5, gift: true, what: 'tea' } }),
  (random) => ({ type: 'got', thread: pick(random, IDS), seq: whole(random) }),
  (random) => ({ type: 'seen', thread: pick(random, IDS), seq: whole(random) }),
  (random) => ({ type: 'sync', rev: whole(random) }),
  (random) => ({ type: 'pull', thread: pick(random, IDS), before: whole(random), n: pick(random, [1, 50, 200]) }),
  (random) => ({ type: 'typing', thread: pick(random, IDS) }),
  (random) => ({ type: 'take', id: pick(random, IDS), thread: pick(random, IDS) }),
  (random) => ({ type: 'end', id: pick(random, IDS), thread: pick(random, IDS), seq: whole(random) }),
  (random) => ({ type: 'status', id: pick(random, IDS), status: pick(random, ['available', 'away']) }),
  (random) => ({ type: 'rate', id: pick(random, IDS), thread: pick(random, IDS), episode: whole(random), score: 1 + Math.floor(random() * 5), text: 'fine' }),
  (random) => ({ type: 'snooze', id: pick(random, IDS), thread: pick(random, IDS), seq: whole(random), until: pick(random, TIMES), keep: random() < 0.5 }),
  (random) => ({ type: pick(random, ['wake', 'reopen']), id: pick(random, IDS), thread: pick(random, IDS) }),
  (random) => ({ type: 'transfer', id: pick(random, IDS), thread: pick(random, IDS), ...(random() < 0.5 ? { to: pick(random, PEOPLE) } : {}), note: 'over to you' }),
  (random) => ({ type: 'note', id: pick(random, IDS), thread: pick(random, IDS), body: 'é\ud800 a note', mentions: [pick(random, PEOPLE), pick(random, PEOPLE)] }),
  (random) => ({ type: 'tag', id: pick(random, IDS), thread: pick(random, IDS), tags: ['tea', pick(random, ['', 'tea', ' x ', '\u0000', 'é'])] }),
  (random) => ({ type: 'block', id: pick(random, IDS), visitor: pick(random, PEOPLE), on: random() < 0.5 }),
  (random) => ({ type: 'look', ...(random() < 0.7 ? { thread: pick(random, IDS) } : {}) }),
  (random) => ({ type: 'search', text: pick(random, ['hello', '" OR 1', 'hel* NEAR(x', '语 x', 'AND', '%_']), before: pick(random, TIMES), n: 5 }),
  (random) => ({ type: 'list', box: pick(random, ['open', 'ended', 'all']), before: pick(random, TIMES), n: 5, ...(random() < 0.3 ? { who: pick(random, PEOPLE) } : {}) }),
  (random) => ({ type: pick(random, ['ok', 'ack', 'changed', 'bye', 'assign', 'erase', '__proto__', 'constructor', 'toString', '']), id: pick(random, IDS) }),
];
/** Some of them are somebody, where a test says so. */
const PEOPLE = ['ada', 'bea', 'nobody', 'a', 't1'.padEnd(32, '0')];
/** Past, near, beyond a year, beyond every calendar. */
const TIMES = [0, 1, Date.UTC(2026, 10, 23, 12), Date.UTC(2027, 5, 1), Date.UTC(2032, 0, 1), 8.64e15, Number.MAX_SAFE_INTEGER];
const whole = (random: Random): number => pick(random, [0, 1, 2, 3, 17, 1_042, Number.MAX_SAFE_INTEGER]);

const WRONG: ((random: Random) => unknown)[] = [
  () => null, () => true, () => -1, () => 1.5, () => 1e300, () => '', () => [], () => ({}), () => [[[]]], () => ({ type: 'img', props: { src: 'x', onerror: 'x' } }),
  () => ({ $ne: null }), () => 'x'.repeat(11_000), () => '\u0000', () => '\ud800', () => '../../etc', () => Number.MAX_SAFE_INTEGER + 1,
  (random) => pick(random, IDS), (random) => nested(random),
];
const nested = (random: Random): unknown => {
  let value: unknown = 1;
  for (let depth = Math.floor(random() * 12); depth > 0; depth--) value = random() < 0.5 ? [value] : { a: value };
  return value;
};
const FORGED = ['by', 'sender', 'role', 'seq', 'at', 'brand', 'brand_id', 'verified', 'visitor', 'agent', 'rev', 'token', '__proto__', 'constructor', 'then', 'kind'];

const MUTATIONS: ((frame: Record<string, unknown>, random: Random) => unknown)[] = [
  (frame, random) => { delete frame[pick(random, Object.keys(frame))]; return frame; },
  (frame, random) => { frame[pick(random, Object.keys(frame))] = pick(random, WRONG)(random); return frame; },
  (frame, random) => Object.fromEntries([...Object.entries(frame), [pick(random, FORGED), pick(random, WRONG)(random)]]),
  (frame) => [frame],
  (frame) => JSON.stringify(frame),
  (_frame, random) => pick(random, WRONG)(random),
];
const SCRATCHES: ((text: string, random: Random) => string)[] = [
  (text, random) => text.slice(0, Math.floor(random() * text.length)),
  (text, random) => { const at = Math.floor(random() * text.length); return text.slice(0, at) + pick(random, ['"', '{', '}', '[', ',', ':', '\\', '\u0000', '\ufeff', '9', ' ']) + text.slice(at); },
  (text, random) => { const at = Math.floor(random() * text.length); return text.slice(0, at) + text.slice(at + 1); },
  (text) => text.replace(/\}$/, ',"type":"say"}'),
  (text) => text.replace(/:\d+/, ':1e400'),
  (text) => `${text}${text}`,
];

/** One text frame. A third are right, a third are wrong in what they say, a third in how it is written. */
export function frameByChance(random: Random): string {
  let frame: unknown = pick(random, FRAMES)(random);
  const kind = random();
  for (let i = 0; kind > 0.33 && i < 1 + random() * 2 && isRecord(frame); i++) frame = pick(random, MUTATIONS)(frame, random);
  const text = JSON.stringify(frame) ?? 'undefined';
  return kind > 0.66 ? pick(random, SCRATCHES)(text, random) : text;
}
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;

/** The types that a random run says, right or wrong. */
export const TYPES = (random: Random): Set<unknown> => new Set(FRAMES.flatMap((make) => Array.from({ length: 20 }, () => make(random)['type'])));

/** What nobody asked for. A `changed` is also the answer to `sync`. */
const PUSHED = ['presence', 'typing', 'look'];
/** Right ones of these are not answered (rules W1, E1, D15), and a wrong one is. */
const SILENT = ['got', 'seen', 'typing', 'look'];

/** As the server reads it: with blanks before it, and the last of two types. */
function typeOf(text: string): unknown {
  const frame: unknown = JSON.parse(safely(text));
  return typeof frame === 'object' && frame && 'type' in frame ? frame.type : '';
}

/** What came between two pongs is the answer to one frame: exactly one, or none where none is due. @returns what is wrong with it */
export function problemOf(text: string, answers: { type: string }[]): string | undefined {
  const type = typeOf(text);
  const replies = answers.filter((frame) => frame.type !== 'changed' && !PUSHED.includes(frame.type));
  const changed = answers.length > replies.length;
  const least = SILENT.includes(`${type}`) || (type === 'sync' && changed) ? 0 : 1;
  return replies.length > 1 || replies.length < least ? `${text.slice(0, 300)} -> ${JSON.stringify(answers).slice(0, 300)}` : undefined;
}

/** JSON or nothing: what is none becomes a text in its place. */
export function safely(text: string): string {
  try {
    JSON.parse(text);
    return text;
  } catch {
    return JSON.stringify(text);
  }
}
