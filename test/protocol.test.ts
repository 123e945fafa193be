import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { CLOSE } from '../protocol/frames.ts';
import { FROM_AGENT, FROM_VISITOR } from '../protocol/from-clients.ts';
import * as limits from '../protocol/limits.ts';
import { check, parse } from '../protocol/parse.ts';
import { exact, exactly, list, matching, optional, type Shape, text, whole } from '../protocol/shape.ts';
import { TO_AGENT } from '../protocol/to-agent.ts';
import { card, TO_VISITOR } from '../protocol/to-visitor.ts';
import { REFUSALS_BEFORE_CLOSE, SOCKETS_PER_PERSON } from '../server/limits.ts';
import { DESK_POST, POST } from '../server/doors/post.ts';

const PAGE = readFileSync(new URL('../protocol/README.md', import.meta.url), 'utf8');
const EXAMPLES = [...PAGE.matchAll(/^```json (\S+)\n([\s\S]*?)^```$/gm)].map(([, speaker, json]) => ({ speaker: speaker!, json: json! }));

const frame: Shape<object> = (value) => ('frame' in check(value, FROM_VISITOR as never) ? undefined : 'must be a frame of a visitor');
const answer: Shape<object> = (value) => ('frame' in check(value, TO_VISITOR as never) ? undefined : 'must be a frame to a visitor');
/** What each kind of example must be. */
const SPEAKERS: Record<string, (json: string) => string | undefined> = {
  visitor: (json) => problemOf(parse(json, FROM_VISITOR)),
  agent: (json) => problemOf(parse(json, FROM_AGENT)),
  'to-visitor': (json) => problemOf(check(JSON.parse(json), TO_VISITOR)),
  'to-agent': (json) => problemOf(check(JSON.parse(json), TO_AGENT)),
  post: (json) => exactly({ token: matching(/^[\w-]{43}$/, 'a token'), frames: list(frame, limits.POST_FRAMES) })(JSON.parse(json)),
  posted: (json) => exactly({ frames: list(answer, limits.POST_FRAMES) })(JSON.parse(json)),
  card: (json) => card(JSON.parse(json)),
  error: (json) => exactly({ error: exactly({ code: exact('rate_limited'), reason: text(100, 1), retryAfter: optional(whole()) }) })(JSON.parse(json)),
};

function problemOf(parsed: { frame: unknown } | { refused: string; reason: string }): string | undefined {
  return 'reason' in parsed ? parsed.reason : undefined;
}

describe('every example in protocol/README.md is what it says', () => {
  for (const { speaker, json } of EXAMPLES) {
    test(`${speaker}: ${json.slice(0, 70).trim()}`, () => {
      expect(SPEAKERS, 'a kind of example that this test knows').toHaveProperty(speaker);
      expect(SPEAKERS[speaker]!(json)).toBeUndefined();
    });
  }
});

describe('every frame has an example', () => {
  const shapes = { visitor: FROM_VISITOR, agent: FROM_AGENT, 'to-visitor': TO_VISITOR, 'to-agent': TO_AGENT };
  for (const [speaker, frames] of Object.entries(shapes)) {
    const shown = EXAMPLES.filter((example) => example.speaker === speaker).map(({ json }) => (JSON.parse(json) as { type: string }).type);
    for (const type of Object.keys(frames)) test(`${type} of ${speaker}`, () => expect(shown).toContain(type));
  }

  test('with every field that a client may send', () => {
    // A field that no example shows would be a field nobody can know of.
    const fields = new Set(EXAMPLES.filter(({ speaker }) => speaker === 'visitor' || speaker === 'agent').flatMap(({ json }) => keysOf(JSON.parse(json))));
    for (const field of ['epoch', 'rev', 'page', 'url', 'title', 'referrer', 'lang', 'zone', 'thread', 'body', 'name', 'email', 'data', 'before', 'n', 'seq', 'status', 'box']) {
      expect([...fields], field).toContain(field);
    }
  });
});

const keysOf = (value: unknown): string[] =>
  typeof value === 'object' && value !== null ? Object.entries(value).flatMap(([key, inner]) => [key, ...keysOf(inner)]) : [];

describe('every number is the one that runs', () => {
  const numbers = Object.entries(limits).flatMap(([name, value]) => (typeof value === 'number' ? [[name, value] as const] : []));
  const written = (value: number) => value.toLocaleString('en');

  for (const [name, value] of numbers) {
    test(`${name} = ${written(value)}`, () => {
      expect(PAGE, 'in the table of numbers').toContain(`| \`${name}\` | ${written(value)} |`);
      for (const [, said] of PAGE.matchAll(new RegExp(`\`${name}\` = (\\d[\\d,]*\\b)`, 'g'))) expect(said).toBe(written(value));
    });
  }

  test('and no number is named that does not exist', () => {
    const named = [...PAGE.matchAll(/`([A-Z]+(?:_[A-Z]+)*)`(?: = | \| )[\d,]+/g)].map(([, name]) => name!);
    expect(named.length).toBeGreaterThan(numbers.length);
    for (const name of named) expect(limits).toHaveProperty(name);
  });

  test('what only the server counts', () => {
    expect(PAGE).toContain(`After ${REFUSALS_BEFORE_CLOSE} refusals in a row`);
    expect(PAGE).toContain(`up to ${SOCKETS_PER_PERSON} connections`);
    expect(PAGE).toContain(`${written(POST.bytes)} bytes in all`);
    expect(DESK_POST.bytes).toBe(POST.bytes);
  });
});

describe('every code is explained', () => {
  for (const [name, code] of Object.entries(CLOSE)) test(`close ${code} (${name})`, () => expect(PAGE).toMatch(new RegExp(`^\\| ${code} \\|`, 'm')));

  test('refusals', () => {
    const source = readFileSync(new URL('../protocol/frames.ts', import.meta.url), 'utf8');
    const codes = [...source.slice(source.indexOf('export type Refusal')).matchAll(/^\s+\| '(\w+)'/gm)].map(([, code]) => code!);
    expect(codes).toContain('bad_frame');
    for (const code of codes) expect(PAGE).toMatch(new RegExp(`^\\| \`${code}\` \\|`, 'm'));
  });
});

function sourcesOf(dir: string): string[] {
  const root = fileURLToPath(new URL(`../${dir}`, import.meta.url));
  return readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name)).map((name) => path.join(root, name));
}

describe('rules', () => {
  const rules = [...PAGE.matchAll(/^- \*\*([A-Z])(\d+)\*\*/gm)].map(([, group, number]) => ({ group: group!, number: Number(number) }));

  test('are numbered without holes', () => {
    for (const group of new Set(rules.map((rule) => rule.group))) {
      const numbers = rules.filter((rule) => rule.group === group).map(({ number }) => number);
      expect(numbers, group).toEqual(numbers.map((_, index) => index + 1));
    }
  });

  test('that the page or a test refers to are there', () => {
    const known = new Set(rules.map(({ group, number }) => `${group}${number}`));
    const named = [...PAGE.matchAll(/\(([A-Z]\d+)\)/g)].map(([, rule]) => rule!);
    expect(named.length).toBeGreaterThan(5);
    const quoted = ['protocol', 'client', 'widget', 'inbox', 'server', 'test'].flatMap((dir) => sourcesOf(dir)).flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/\b[Rr]ule ([A-Z]\d+)|\[([A-Z]\d+)\]/g)].map(([, inWords, inName]) => `${inWords ?? inName}`));
    expect(quoted).toContain('P5');
    for (const rule of [...named, ...quoted]) expect(known).toContain(rule);
  });
});
