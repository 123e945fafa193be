import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROWS } from '../../bench/cost.ts';
import { type Edge, EdgeRoom } from './edge-room.ts';
import { newId, say } from './talk.ts';

/** By so much the object's clock is ahead, and stands still: whatever it puts off comes when we ring, however slow the machine. */
const AHEAD_MS = 3_600_000;
const SLEEP_MS = 2_000;
const TRIES = 4;
/** As many as an agent may say in a minute, nearly. In a brand in which nobody searches 500 are taken in at once, for less each. */
const TAKEN_IN = 100;
const POST_FRAMES = 25;
let room: EdgeRoom;

beforeAll(async () => {
  room = await EdgeRoom.open();
}, 60_000);
afterAll(() => room.close());

/** On a slow machine the alarm may ring before it sleeps. */
class Disturbed extends Error {}

async function rowsOf(edge: Edge, act: () => Promise<unknown>, rings = 0): Promise<number> {
  await edge.ask('cost');
  const before = edge.log('rings').length;
  await act();
  const { rowsWritten, alarms } = await edge.ask('cost');
  if (edge.log('rings').length - before !== rings) throw new Disturbed();
  return rowsWritten + alarms;
}

async function count(edge: Edge): Promise<Record<string, number>> {
  const { place } = edge;
  const rings = () => edge.logged('rings', edge.log('rings').length + 1);
  const isLeaving = () => expect.poll(async () => (await edge.sql("SELECT 1 FROM job WHERE kind = 'away'")).length).toBe(1);

  const stopClock = async () => {
    await edge.ask('fallBehind', -AHEAD_MS);
    await edge.ask('stopClock');
  };
  await stopClock();
  await place.guest(); // a brand's first has more to do
  const thread = newId();
  let line = await place.visitor();
  const { token } = line;
  const firstMessage = await rowsOf(edge, () => line.ask(say(thread)));
  const id = (await edge.sql('SELECT visitor FROM thread WHERE id = ?', thread))[0]!.visitor as string;
  const closing = await rowsOf(edge, () => {
    line.drop();
    return isLeaving();
  });
  await edge.ask('hasten', 'away', `v:${id}`);
  const leaving = closing + await rowsOf(edge, async () => {
    const rung = rings();
    await edge.ask('ringIn', 0);
    await rung;
  }, 1);
  const coming = await rowsOf(edge, async () => { line = await place.visitor({ token }); });

  const cookie = await edge.seat('mina');
  const agent = await place.agent(cookie);
  const message = await rowsOf(edge, () => line.ask(say(thread)));
  await agent.ask(say(thread));
  expect(await rowsOf(edge, () => agent.ask(say(thread)))).toBe(message);
  const { seq } = await line.ask(say(thread));
  const mark = await rowsOf(edge, () => agent.say({ type: 'got', thread, seq }).settled());
  expect(await rowsOf(edge, () => agent.say({ type: 'seen', thread, seq }).settled())).toBe(mark);
  expect(await rowsOf(edge, () => agent.say({ type: 'seen', thread, seq }).settled())).toBe(0);
  const end = await rowsOf(edge, () => agent.ask({ type: 'end', id: newId(), thread, seq }));
  const is = (status: string) => agent.ask({ type: 'status', id: newId(), status });
  await is('away');
  await place.guest();
  const withOneThatWaits = await rowsOf(edge, () => is('available'));
  await is('away');
  const given = withOneThatWaits - await rowsOf(edge, () => is('available'));
  const search = () => agent.ask({ type: 'search', text: 'hello', before: Number.MAX_SAFE_INTEGER, n: 1 });
  await search();
  for (let said = 0; said < TAKEN_IN; said += POST_FRAMES) {
    const frames = Array.from({ length: POST_FRAMES }, () => say(thread, 'Is the Earl Grey of the new harvest back, and do you send it to Cairo?'));
    await place.desk('frames', { method: 'POST', cookie, body: { frames } });
  }
  const words = Math.round(await rowsOf(edge, search) / TAKEN_IN);
  // Twenty seconds without a word: it sleeps in between.
  await edge.ask('fallBehind', 0);
  await edge.ask('startClock');
  await edge.ask('hasten', 'sweep', '', SLEEP_MS);
  const look = await rowsOf(edge, async () => {
    const before = edge.log('rings').length;
    await edge.sleep();
    if (edge.log('rings').length > before) throw new Disturbed();
    await edge.logged('rings', before + 1);
    await agent.settled();
  }, 1);
  await stopClock();
  agent.drop();
  await isLeaving();
  const agentComing = await rowsOf(edge, () => place.agent(cookie));
  return { firstMessage, message, words, mark, given, end, leaving, coming, agentComing, look };
}

test('the rows that the README’s costs are made of are those that the runtime counts', async () => {
  for (let tries = 1; ; tries++) {
    try {
      expect(await count(await room.brand(`cost-${tries}`))).toEqual(ROWS);
      return;
    } catch (error) {
      if (!(error instanceof Disturbed) || tries === TRIES) throw error;
    }
  }
}, 60_000);
