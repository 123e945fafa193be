import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Message } from '../../protocol/messages.ts';
import { COMPILED, removeHouses, warmUp } from '../faults/victim.ts';
import { serveNode } from './hosts.ts';
import { tormented } from './torture.ts';
import { judge, type Writer } from './verdict.ts';

const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
/** Starts of a server on a busy machine, one for each kill. */
const TEST_MS = 400_000;

// A server that is started thirty times need not read its own text as often.
beforeAll(warmUp, TEST_MS);
afterAll(removeHouses);

describe('a Node server that is killed while everybody writes', () => {
  it('has all that anybody was told is safe, once, in one order for everyone, and takes what was pending', async () => {
    const outcome = await tormented('Node', serveNode({ env: { NODE_COMPILE_CACHE: COMPILED } }), { kills: 30, killsMost: 45, seed: SEED });
    expect([...outcome.lost, ...outcome.broken]).toEqual([]);
    expect(outcome.acked).toBe(outcome.said);
    expect(outcome.pending, 'messages that a kill has come upon').toBeGreaterThan(30);
    expect(outcome.written, 'kills between a write and its answer').toBeGreaterThan(0);
  }, TEST_MS);

  it('is found to have lost some where what is told leaves before the commit: this test is not blind', async () => {
    const outcome = await tormented('Node without its gate', serveNode({ env: { NODE_OPTIONS: `--import=${fileURLToPath(new URL('no-gate.ts', import.meta.url))}` } }), { kills: 3, uponAnswers: true, seed: SEED });
    expect(outcome.lost.length).toBeGreaterThan(0);
  }, TEST_MS);
});

describe('the verdict', () => {
  const message = (seq: number, id: string, more: Partial<Message> = {}): Message =>
    ({ kind: 'message', thread: 'tea', seq, id, by: 'visitor', body: id, at: 0, rev: seq, ...more });
  const rows = [message(1, 'a'), message(2, 'auto.1', { by: 'brand' }), message(3, 'b'), message(4, 'c')];
  const ann = (more: Partial<Writer> = {}): Writer => ({
    name: 'Ann', by: 'visitor', said: ['a', 'b', 'c'].map((id) => ({ id, thread: 'tea', body: id })), acked: new Map([['a', 1], ['b', 3], ['c', 4]]),
    held: new Map([['tea', new Map(rows.map((row) => [row.seq, row]))]]), reads: ['tea'], broken: [], pending: 0, ...more,
  });
  const verdict = (there: Message[], who: Writer = ann({ reads: [] })) => judge(new Map([['tea', there]]), [who]);

  it('finds nothing where every promise was kept', () => {
    expect(verdict(rows, ann())).toEqual({ lost: [], broken: [] });
  });

  it('finds what was told to be safe and is gone', () => {
    expect(verdict(rows.slice(0, 3)).lost).toEqual(['Ann was told that c is safe, at 4']);
  });

  it.each<[string, Message[], Writer?]>([
    ['what is there twice', [...rows, message(5, 'c')]],
    ['a hole', rows.with(3, message(5, 'c'))],
    ['a place that was told otherwise', [message(1, 'b'), rows[1]!, message(3, 'a'), rows[3]!]],
    ['what was overtaken by what was said after it', [message(1, 'b'), rows[1]!, message(3, 'a'), rows[3]!], ann({ reads: [], acked: new Map() })],
    ['another text', rows.with(2, message(3, 'b', { body: 'no' }))],
    ['another author', rows.with(2, message(3, 'b', { by: 'agent' }))],
    ['what nobody said', [...rows, message(5, 'x')]],
    ['what is nowhere, and nobody was told of', rows.slice(0, 3), ann({ reads: [], acked: new Map() })],
    ['what is unanswered', rows, ann({ pending: 1 })],
    ['what a client holds otherwise', rows, ann({ held: new Map([['tea', new Map(rows.map((row) => [row.seq, rows[0]!]))]]) })],
    ['what a client holds too little of', rows, ann({ held: new Map([['tea', new Map([[1, rows[0]!]])]]) })],
  ])('finds %s', (_what, there, who) => {
    const { lost, broken } = verdict(there, who);
    expect(lost).toEqual([]);
    expect(broken).not.toEqual([]);
  });
});
