import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROWS } from '../../bench/cost.ts';
import { EdgeRoom } from './edge-room.ts';
import { newId, say } from './talk.ts';

/** Time enough to start counting. */
const SOON_MS = 700;
const SLEEP_MS = 2_000;
let room: EdgeRoom;

beforeAll(async () => {
  room = await EdgeRoom.open();
}, 60_000);
afterAll(() => room.close());

test('the rows that the README’s costs are made of are those that the runtime counts', async () => {
  const edge = await room.brand('cost');
  const { place } = edge;
  const rowsOf = async (act: () => Promise<unknown>): Promise<number> => {
    await edge.ask('cost');
    await act();
    const { rowsWritten, alarms } = await edge.ask('cost');
    return rowsWritten + alarms;
  };
  const rings = (times: number) => edge.logged('rings', edge.log('rings').length + times);

  await place.guest(); // a brand's first has more to do
  const thread = newId();
  let line = await place.visitor();
  const { token } = line;
  const found: Record<string, number> = { firstMessage: await rowsOf(() => line.ask(say(thread))) };
  const id = (await edge.sql('SELECT visitor FROM thread WHERE id = ?', thread))[0]!.visitor as string;
  // Nobody is in, so nothing else happens meanwhile.
  const closing = await rowsOf(async () => {
    line.drop();
    await expect.poll(async () => (await edge.sql("SELECT 1 FROM job WHERE kind = 'away'")).length).toBe(1);
  });
  await edge.ask('hasten', 'away', `v:${id}`, SOON_MS);
  found.leaving = closing + await rowsOf(() => rings(1));
  found.coming = await rowsOf(async () => { line = await place.visitor({ token }); });

  const cookie = await edge.seat('mina');
  let agent = await place.agent(cookie);
  found.message = await rowsOf(() => line.ask(say(thread)));
  await agent.ask(say(thread));
  expect(await rowsOf(() => agent.ask(say(thread)))).toBe(found.message);
  const { seq } = await line.ask(say(thread));
  found.mark = await rowsOf(() => agent.say({ type: 'got', thread, seq }).settled());
  expect(await rowsOf(() => agent.say({ type: 'seen', thread, seq }).settled())).toBe(found.mark);
  expect(await rowsOf(() => agent.say({ type: 'seen', thread, seq }).settled())).toBe(0);
  found.end = await rowsOf(() => agent.ask({ type: 'end', id: newId(), thread, seq }));
  // Twenty seconds without a word: it sleeps in between.
  await edge.ask('hasten', 'sweep', '', SLEEP_MS);
  found.look = await rowsOf(async () => {
    await edge.sleep();
    await rings(1);
    await agent.settled();
  });
  agent.drop();
  await expect.poll(async () => (await edge.sql("SELECT 1 FROM job WHERE kind = 'away'")).length).toBe(1);
  found.agentComing = await rowsOf(async () => { agent = await place.agent(cookie); });
  expect(found).toEqual(ROWS);
}, 60_000);
