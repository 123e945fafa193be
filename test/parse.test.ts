import { describe, expect, test } from 'vitest';
import { FROM_AGENT, FROM_VISITOR } from '../protocol/from-clients.ts';
import { BODY_CHARS, DEPTH, FRAME_BYTES, KEYS } from '../protocol/limits.ts';
import { check, parse } from '../protocol/parse.ts';
import { TO_AGENT } from '../protocol/to-agent.ts';
import { message, TO_VISITOR } from '../protocol/to-visitor.ts';

/** What the whole gate may cost on its worst input (threats.md A23). The first run of a function is slower: it is warmed up. */
const WORST_MS = 5;

const say = (more: object = {}) => JSON.stringify({ type: 'say', id: 'm-1', thread: 't-1', body: 'Hello', ...more });
const visitor = (text: string) => parse(text, FROM_VISITOR);

function fastest(work: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5; round++) {
    const began = performance.now();
    work();
    best = Math.min(best, performance.now() - began);
  }
  return best;
}

describe('a frame of this protocol', () => {
  test('comes out as it went in', () => {
    expect(visitor(say())).toEqual({ frame: { type: 'say', id: 'm-1', thread: 't-1', body: 'Hello' } });
  });

  test('may hold the longest body with every character escaped [P3]', () => {
    expect(visitor(say({ body: '\u0001'.repeat(BODY_CHARS) }))).toHaveProperty('frame');
    expect(visitor(say({ body: '"'.repeat(BODY_CHARS) }))).toHaveProperty('frame');
    expect(visitor(say({ body: 'x'.repeat(BODY_CHARS + 1) }))).toMatchObject({ refused: 'bad_frame', id: 'm-1' });
  });

  test('may hold brackets and colons in its text: only structure is counted [P3]', () => {
    expect(visitor(say({ body: `${'[{:'.repeat(3_000)}\\"\\` }))).toHaveProperty('frame');
  });
});

describe('what is not one is refused by name, and never thrown', () => {
  const refused: Record<string, string> = {
    'nothing': '',
    'no JSON': '{"type":"say"',
    'a bare word': 'ping',
    'a number': '42',
    'null': 'null',
    'a list': '[{"type":"ping"}]',
    'text': '"ping"',
    'no type': '{}',
    'a type that is not text': '{"type":{"toString":1}}',
    'an unknown verb [P5]': '{"type":"drop_table"}',
    'a verb out of Object.prototype': '{"type":"constructor"}',
    'a verb called __proto__': '{"type":"__proto__"}',
    'a field of another speaker [P4]': say({ by: 'agent' }),
    'a forged seq [P4]': say({ seq: 1 }),
    'a forged time [P4]': say({ at: 0 }),
    'a forged rev [P4]': say({ rev: 1 }),
    'a forged brand [P4]': say({ brand_id: 'other' }),
    'a forged role [P4]': say({ role: 'owner', verified: true }),
    'a body that is an object [P6]': say({ body: { type: 'img', props: { src: 'x', onerror: 'alert(1)' } } }),
    'a body that is a list': say({ body: ['a'] }),
    'an empty body': say({ body: '' }),
    'an id that asks': say({ id: { $regex: '.*' } }),
    'an id with a path in it': say({ id: '../../etc' }),
    'an id with NUL': say({ id: 'a\u0000b' }),
    'an id with a newline at its end': say({ id: 'a\n' }),
    'an id that is too long': say({ id: 'a'.repeat(65) }),
    'an id that is empty': say({ id: '' }),
    'an id that is a number': say({ id: 7 }),
    'a thread that is true': say({ thread: true }),
    'a page with more in it': say({ page: { url: 'https://shop.example/', html: '<b>' } }),
    'a page without its address': say({ page: { title: 'Tea' } }),
    'a negative seq': '{"type":"seen","thread":"t","seq":-1}',
    'half a seq': '{"type":"seen","thread":"t","seq":1.5}',
    'a seq in text': '{"type":"seen","thread":"t","seq":"1"}',
    'a seq past every whole number': '{"type":"seen","thread":"t","seq":1e309}',
    'a number of 400 digits': `{"type":"seen","thread":"t","seq":${'9'.repeat(400)}}`,
    'a page that is too large': '{"type":"pull","thread":"t","before":9,"n":201}',
    'a hi without a version': '{"type":"hi","rev":0}',
    'an agent\'s verb from a visitor': '{"type":"take","id":"a","thread":"t"}',
    'an event with a nested value': '{"type":"track","id":"e","name":"order","data":{"a":{}}}',
    'an event with too many fields': JSON.stringify({ type: 'track', id: 'e', name: 'order', data: Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`k${n}`, n])) }),
  };
  for (const [what, text] of Object.entries(refused)) {
    test(what, () => {
      expect(visitor(text)).toMatchObject({ refused: 'bad_frame', reason: expect.stringMatching(/./) });
    });
  }

  test('the id of what was refused is told, where it is one [P8]', () => {
    expect(visitor(say({ body: 1 }))).toMatchObject({ id: 'm-1' });
    expect(visitor(say({ id: 'no id', body: 1 }))).not.toHaveProperty('id');
  });

  test('the reason repeats nothing long of what came in', () => {
    const answer = visitor(say({ ['x'.repeat(30_000)]: 1 }));
    expect('reason' in answer && answer.reason.length).toBeLessThan(200);
  });

  test('bigger than a frame may be [P2]', () => {
    expect(visitor(say({ body: 'x'.repeat(FRAME_BYTES) }))).toMatchObject({ refused: 'bad_frame' });
  });
});

describe('__proto__ changes nothing', () => {
  for (const text of [
    '{"type":"say","id":"m","thread":"t","body":"x","__proto__":{"body":"y"}}',
    '{"type":"track","id":"e","name":"n","data":{"__proto__":1}}',
    '{"__proto__":{"type":"ping"}}',
    '{"type":"say","id":"m","thread":"t","body":"x","page":{"url":"u","__proto__":{"title":1}}}',
  ]) {
    test(text.slice(0, 60), () => {
      expect(visitor(text)).toMatchObject({ refused: 'bad_frame' });
      expect(({} as Record<string, unknown>)['body']).toBeUndefined();
    });
  }

  test('a page that polluted Object.prototype fills in no missing field', () => {
    const polluted = Object.prototype as unknown as Record<string, unknown>;
    polluted['body'] = 'planted';
    polluted['type'] = 'ping';
    try {
      expect(visitor('{"type":"say","id":"m","thread":"t"}')).toMatchObject({ refused: 'bad_frame' });
      expect(visitor('{}')).toMatchObject({ refused: 'bad_frame' });
    } finally {
      delete polluted['body'];
      delete polluted['type'];
    }
  });
});

describe(`costs less than ${WORST_MS} ms`, () => {
  const deep = (open: string, close: string) => `{"type":"say","id":"m","thread":"t","body":${open.repeat(32_000 / open.length)}1${close.repeat(32_000 / open.length)}}`;
  const costly: Record<string, string> = {
    '32,000 lists in one another': deep('[', ']'),
    'objects in one another': deep('{"a":', '}'),
    'brackets that never close': '['.repeat(65_000),
    '10,000 fields': `{${Array.from({ length: 6_000 }, (_, n) => `"k${n}":1`).join(',')}}`,
    'a number of 60,000 digits': `{"type":"seen","thread":"t","seq":${'9'.repeat(60_000)}}`,
    'backslashes': `{"type":"say","id":"m","thread":"t","body":"${'\\\\'.repeat(32_000)}"}`,
    'an id that invites backtracking': say({ id: `${'a.'.repeat(30_000)}!` }),
  };
  for (const [what, text] of Object.entries(costly)) {
    test(what, () => {
      expect(text.length, 'within one frame, or the size alone would refuse it').toBeLessThanOrEqual(FRAME_BYTES);
      expect(visitor(text)).toMatchObject({ refused: 'bad_frame' });
      expect(fastest(() => visitor(text))).toBeLessThan(WORST_MS);
    });
  }

  test(`deeper than ${DEPTH} or richer than ${KEYS} is refused before JSON.parse sees it [P3]`, () => {
    expect(visitor('['.repeat(DEPTH + 1))).toMatchObject({ reason: expect.stringContaining('nested') });
    expect(visitor(`{${'"a":1,'.repeat(KEYS)}"b":1}`)).toMatchObject({ reason: expect.stringContaining('fields') });
  });
});

describe('what a client believes of a server, or of its own disk', () => {
  const row = { kind: 'message', thread: 't', seq: 1, id: 'm', by: 'agent', body: 'Hi', at: 1, rev: 1 };

  test('an object where text belongs is no row: it would become an element on the page', () => {
    expect(message(row)).toBeUndefined();
    for (const field of ['thread', 'id', 'body', 'name']) expect(message({ ...row, [field]: { type: 'img' } }), field).toBeTypeOf('string');
  });

  test('a field it does not know is left alone: the server may be newer [P5]', () => {
    expect(message({ ...row, reactions: ['x'] })).toBeUndefined();
    expect(check({ type: 'pong', head: 1, mood: 'good' }, TO_VISITOR)).toHaveProperty('frame');
  });

  test('a frame it does not know is told apart, not believed [P5]', () => {
    expect(check({ type: 'weather' }, TO_VISITOR)).toHaveProperty('refused');
    expect(check({ type: 'weather' }, TO_AGENT)).toHaveProperty('refused');
  });
});

describe('20,000 frames made by chance', () => {
  // One can be run again: SEED=123 npx vitest run test/parse.test.ts
  const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));

  test(`are each a frame or a named refusal (seed ${seed})`, () => {
    console.log(`parse fuzz: seed ${seed}`);
    const chance = mulberry(seed);
    let frames = 0;
    for (let round = 0; round < 20_000; round++) {
      const text = makeFrame(chance);
      const shapes = chance() < 0.5 ? FROM_VISITOR : FROM_AGENT;
      const answer = parse<{ type: string }>(text, shapes as never);
      const at = `seed ${seed}, frame ${round}: ${text.slice(0, 300)}`;
      if ('frame' in answer) {
        frames++;
        expect(Object.hasOwn(shapes, answer.frame.type), at).toBe(true);
      } else {
        expect(answer.refused, at).toBe('bad_frame');
        expect(answer.reason, at).toBeTypeOf('string');
      }
    }
    expect(frames, 'some must be good, or only the first check was ever reached').toBeGreaterThan(500);
    expect(frames, 'and some bad').toBeLessThan(19_000);
  });
});

/** The same numbers for the same seed, on every machine. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A good frame with a few things done to it. */
function makeFrame(chance: () => number): string {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(chance() * list.length)]!;
  const odd = (): unknown => pick<() => unknown>([
    () => null, () => true, () => -1, () => 1.5, () => 2 ** 53, () => '', () => '\u0000', () => '\ud800', () => 'x'.repeat(70),
    () => 'x'.repeat(10_001), () => [], () => ({}), () => [[[[[[[[[1]]]]]]]]], () => ({ $ne: null }), () => ({ toString: 1 }), () => '‮', () => 0,
  ])();
  const good = pick<() => Record<string, unknown>>([
    () => ({ type: 'hi', v: 1, rev: 0, epoch: 'e', lang: 'en', zone: 'UTC', page: { url: 'https://shop.example/' } }),
    () => ({ type: 'hi', v: 1, rev: 7 }),
    () => ({ type: 'say', id: 'm', thread: 't', body: 'Hello' }),
    () => ({ type: 'label', id: 'l', name: 'Ada', email: 'ada@example.org' }),
    () => ({ type: 'track', id: 'e', name: 'order', data: { total: 12.5, paid: true } }),
    () => ({ type: 'got', thread: 't', seq: 1 }), () => ({ type: 'seen', thread: 't', seq: 2 }),
    () => ({ type: 'sync', rev: 3 }), () => ({ type: 'pull', thread: 't', before: 9, n: 50 }),
    () => ({ type: 'typing', thread: 't' }), () => ({ type: 'ping' }),
    () => ({ type: 'take', id: 'a', thread: 't' }), () => ({ type: 'end', id: 'a', thread: 't', seq: 4 }),
    () => ({ type: 'status', id: 'a', status: 'away' }), () => ({ type: 'list', box: 'open', before: 9, n: 50 }),
  ])();
  for (let changes = Math.floor(chance() * 3); changes > 0; changes--) {
    const key = pick([...Object.keys(good), '__proto__', 'constructor', 'seq', 'by', 'zzz']);
    if (chance() < 0.3) delete good[key];
    else Object.defineProperty(good, key, { value: odd(), enumerable: true, configurable: true, writable: true });
  }
  let text = JSON.stringify(good);
  if (chance() < 0.2) {
    const cut = Math.floor(chance() * text.length);
    text = pick([
      () => text.slice(0, cut), () => text.slice(cut), () => text.slice(0, cut) + pick(['"', '{', '}', '\\', '\u0000', ',', '\ud800', ':']) + text.slice(cut),
      () => text + text, () => `[${text}]`, () => text.replaceAll('"', "'"),
    ])();
  }
  return text;
}
