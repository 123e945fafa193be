/**
 * What is true of Cloudflare alone: objects move, are reset, and get new code several times a week, without a word before,
 * and each time all their sockets are gone. Here it happens in the middle of a conversation.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { newToken, Talker } from '../talker.ts';
import { type Edge, EdgeRoom } from './edge-room.ts';
import { elsewhere, SHOP, until } from './hosts.ts';
import { newId, say } from './talk.ts';

let room: EdgeRoom;
const talkers: Talker[] = [];
beforeAll(async () => { room = await EdgeRoom.open(); });
afterEach(() => {
  for (const each of talkers.splice(0)) each.stop();
  room.hangUp();
});
afterAll(() => room.close());

const VISITORS = 3;
/** Three before it, three while it happens, three behind it: within what one visitor may say at once. */
const EACH_TIME = 3;

async function gather(edge: Edge): Promise<{ everybody: { talker: Talker; thread: string }[]; agent: Talker }> {
  const url = edge.place.served.url.replace('http', 'ws');
  const cookie = await edge.seat('mina');
  const agent = new Talker({ url: `${url}/v1/${edge.id}/agent`, origin: edge.place.served.url, from: elsewhere(), secret: () => edge.place.ticket(cookie) });
  const visitors = Array.from({ length: VISITORS }, () => {
    const token = newToken();
    return { thread: newId(), talker: new Talker({ url: `${url}/v1/${edge.id}/visitor`, origin: SHOP, from: elsewhere(), secret: () => token }) };
  });
  const everybody = [...visitors, ...visitors.map(({ thread }) => ({ thread, talker: agent }))];
  talkers.push(agent, ...visitors.map(({ talker }) => talker));
  for (const each of talkers) void each.connect();
  await until(() => talkers.every(({ greeted }) => greeted), 'everybody to be here');
  // An agent answers in threads that exist.
  for (const { talker, thread } of visitors) talker.say(thread, 'hello?');
  await until(() => visitors.every(({ talker }) => talker.outbox.size === 0), 'the first words to arrive');
  return { everybody, agent };
}

const speak = (everybody: { talker: Talker; thread: string }[]) =>
  everybody.flatMap(({ talker, thread }) => Array.from({ length: EACH_TIME }, (_, n) => talker.say(thread, `word ${n}`)));

const DISTURBANCES: [string, (edge: Edge) => Promise<unknown>][] = [
  ['an eviction', (edge) => edge.evict()],
  ['a reset', (edge) => expect(edge.ask('reset')).rejects.toThrow('planted')],
  ['a code update', () => room.update({ VERSION: newId() })],
  ['a code update while all sleep', async (edge) => {
    await edge.sleep();
    await room.update({ VERSION: newId() });
  }],
];

describe('eviction, code update and reset drop sockets and lose nothing, in the middle of a conversation', () => {
  test.each(DISTURBANCES)('%s', async (what, disturb) => {
    const edge = await room.brand(what.replaceAll(' ', '-'));
    const { everybody, agent } = await gather(edge);
    const [made, opened] = [edge.made, talkers.map((each) => each.opened)];

    const said = speak(everybody);
    // Asleep nothing is on its way.
    if (what.includes('sleep')) await until(() => talkers.every(({ outbox }) => outbox.size === 0), 'quiet');
    await Promise.all([disturb(edge), ...(what.includes('sleep') ? [] : [until(() => agent.acked.size > 0, 'some of it')])]);
    said.push(...speak(everybody));
    await until(() => talkers.every(({ greeted, opened: now }, n) => greeted && now > opened[n]!), 'everybody to be back on another line', 20_000);
    said.push(...speak(everybody));
    await until(() => talkers.every(({ outbox }) => outbox.size === 0), 'every outbox to be empty', 20_000);

    expect(edge.made, 'another object').toBeGreaterThan(made);
    const rows = await edge.sql("SELECT id, thread, seq FROM message WHERE by <> 'brand' ORDER BY thread, seq");
    expect(said.length).toBe(everybody.length * EACH_TIME * 3);
    for (const id of said) expect(rows.filter((row) => row.id === id), `${id}, acknowledged`).toHaveLength(1);
    for (const { thread, talker } of everybody) {
      const seqs = (await edge.sql('SELECT seq, id FROM message WHERE thread = ? ORDER BY seq', thread));
      expect(seqs.map(({ seq }) => seq), 'no holes').toEqual(seqs.map((_, n) => n + 1));
      await until(() => talker.held.get(thread)?.size === seqs.length, 'everybody to hold all of it');
      expect([...talker.held.get(thread)!].sort(([a], [b]) => a - b).map(([, { id }]) => id)).toEqual(seqs.map(({ id }) => id));
    }
    expect(talkers.flatMap(({ broken }) => broken)).toEqual([]);
  });
});

describe('a reset in the middle of a handler', () => {
  test.each(['reset', 'gate'] as const)('(%s) leaves neither rows nor frames, and what was said comes again, once', async (fault) => {
    const edge = await room.brand(`in-${fault}`);
    const { line, thread } = await edge.place.guest();
    const agent = await edge.place.agent(await edge.seat('mina'));
    const before = await edge.sql('SELECT rev, seq FROM thread');
    const said = say(thread, 'once more');
    await edge.ask('plant', fault, 1);
    line.say(said);
    await Promise.all([line.ended(), agent.ended()]);
    expect(edge.log('fault_fired')).toHaveLength(1);
    expect([...line.heard, ...agent.heard].filter((frame) => JSON.stringify(frame).includes(said.id))).toEqual([]);
    expect(await edge.sql('SELECT rev, seq FROM thread')).toEqual(before);
    const again = await edge.place.visitor({ token: line.token });
    expect(await again.ask(said)).toMatchObject({ type: 'ack', id: said.id, seq: before[0].seq + 1 });
  });

  test('over HTTP it is a refusal that asks to come again (H6)', async () => {
    const edge = await room.brand('in-post');
    const { line, thread } = await edge.place.guest();
    const said = say(thread);
    await edge.ask('plantLater', 'reset', 1);
    const answer = await edge.place.post(line.token, [said]);
    expect([answer.status, (await answer.json() as { error: { code: string } }).error.code]).toEqual([503, 'retry_later']);
    expect(edge.log('fault_fired')).toHaveLength(1);
    expect(await (await edge.place.post(line.token, [said])).json()).toMatchObject({ frames: [{ type: 'ack', id: said.id, seq: 3 }] });
  });
});
