import { afterAll, beforeAll, beforeEach, describe, expect } from 'vitest';
import { rule } from './rules.ts';
import { type Heard, json, type Line, newId, type Place, say } from './talk.ts';

const HOUR = 3_600_000;
/** A snooze is at most a minute late; on a machine that does nothing else, far less. */
const SNOOZE_MS = 1_500;
const LATE_MS = 20_000;

/** Who has which thread, and what the team knows about it. One team of two, who begin each rule with an empty desk. */
export function desk(at: () => Place): void {
  describe('D · The desk', () => {
    let cookies: [string, string];
    let mina: Line;
    let noor: Line;
    let [minas, noors] = ['', ''];
    beforeAll(async () => {
      cookies = [await at().hire('Mina'), await at().hire('Noor')];
      [mina, noor] = [await at().agent(cookies[0]), await at().agent(cookies[1])];
      [minas, noors] = [mina, noor].map((each) => each.of('ok')[0].me.id) as [string, string];
    }, 60_000);
    beforeEach(async () => {
      for (const [line, status] of [[mina, 'available'], [noor, 'away']] as const) await act(line, 'status', { status });
      const since = mina.heard.length;
      mina.say({ type: 'list', box: 'open', before: Number.MAX_SAFE_INTEGER, n: 200 });
      const { set } = await mina.hear(({ type }) => type === 'listed', 'the open threads', since);
      for (const { id, kind, seq } of set) if (kind === 'thread') await act(mina, 'end', { thread: id, seq });
      await noor.settled();
    });
    afterAll(() => at().hangUp());

    const act = (line: Line, type: string, more: object) => line.ask({ type, id: newId(), ...more });
    const isAck = { type: 'ack', at: expect.any(Number) };
    /** As Noor, who sees everything, was told last. */
    const row = async (thread: string): Promise<Heard> => (await noor.settled()).row('thread', thread);
    const entries = async (thread: string): Promise<Heard[]> => (await noor.settled()).of('changed').flatMap(({ set }) => set).filter((each: Heard) => each.kind === 'entry' && each.thread === thread);
    const active = async (agent: string): Promise<number> => (await noor.settled()).row('agent', agent).active;

    rule('[D1] what is not possible from where a thread stands is stale, and changes nothing', async () => {
      const { thread } = await at().guest();
      expect(await act(mina, 'wake', { thread })).toMatchObject({ type: 'nak', code: 'stale' });
      expect(await act(mina, 'reopen', { thread })).toMatchObject({ type: 'nak', code: 'stale' });
      expect(await act(mina, 'end', { thread, seq: 1 })).toMatchObject(isAck);
      const { rev } = await row(thread);
      expect(await act(mina, 'snooze', { thread, seq: 1, until: Date.now() + HOUR, keep: true })).toMatchObject({ type: 'nak', code: 'stale' });
      expect(await act(mina, 'transfer', { thread, to: noors })).toMatchObject({ type: 'nak', code: 'stale' });
      expect(await row(thread)).toMatchObject({ state: 'ended', rev });
    });

    rule('[D2] [H7] an agent holds as many by routing as she has slots, more by taking, and gets the next when she is below', async () => {
      const slots = (agent: string, body: object, cookie = cookies[0]) => at().desk(`agents/${agent}/slots`, { method: 'POST', cookie, body });
      expect((await slots(minas, { slots: 1 }, cookies[1])).status).toBe(403);
      expect((await slots(minas, { slots: 1 })).status).toBeLessThan(300);
      const [first, second, third] = [await at().guest(), await at().guest(), await at().guest()];
      expect([(await row(first.thread)).agent, (await row(second.thread)).state, (await row(third.thread)).state]).toEqual([minas, 'waiting', 'waiting']);
      expect(noor.row('agent', minas)).toMatchObject({ slots: 1, active: 1 });
      await act(mina, 'take', { thread: third.thread });
      expect(await active(minas)).toBe(2);
      await act(mina, 'end', { thread: first.thread, seq: 1 });
      expect(await row(second.thread)).toMatchObject({ state: 'waiting' });
      await act(mina, 'end', { thread: third.thread, seq: 1 });
      expect(await row(second.thread)).toMatchObject({ state: 'assigned', agent: minas });
      expect((await slots(minas, { slots: null })).status).toBeLessThan(300);
    });

    rule('[D3] a thread goes to whoever is here and available, in the change that brought it; else it waits, first come first served', async () => {
      const { thread } = await at().guest();
      const told = await noor.hear(({ set }) => set?.some((each: Heard) => each.kind === 'message' && each.thread === thread), 'the message', 0);
      expect(told.set.find((each: Heard) => each.kind === 'thread')).toMatchObject({ state: 'assigned', agent: minas });
      await act(mina, 'status', { status: 'away' });
      const [one, two] = [await at().guest(), await at().guest()];
      expect(await row(one.thread)).toMatchObject({ state: 'waiting' });
      await act(noor, 'status', { status: 'available' });
      expect([(await row(thread)).agent, (await row(one.thread)).agent, (await row(two.thread)).agent]).toEqual([minas, noors, noors]);
      const given = (id: string) => noor.of('changed').findIndex(({ set }) => set.some((each: Heard) => each.id === id && each.agent === noors));
      expect(given(one.thread)).toBeLessThanOrEqual(given(two.thread));
    });

    rule('[D4] [D10] `transfer` gives it to a colleague, marked, with a note in its history; nobody of that id is not_found', async () => {
      const { thread } = await at().guest();
      expect(await act(mina, 'transfer', { thread, to: noors, note: 'She asks about wholesale.' })).toMatchObject(isAck);
      expect(await row(thread)).toMatchObject({ state: 'assigned', agent: noors, mark: 'transferred' });
      expect((await entries(thread)).map(({ what, reason, to, by, text, after }) => ({ what, reason, to, by, text, after }))).toEqual([
        { what: 'assigned', reason: 'routed', to: minas, after: 1 },
        { what: 'assigned', reason: 'transferred', to: noors, by: minas, text: 'She asks about wholesale.', after: 1 },
      ]);
      expect(await act(mina, 'transfer', { thread, to: newId() })).toMatchObject({ type: 'nak', code: 'not_found' });
      // Back to the queue: out of it to the one who is in.
      expect(await act(noor, 'transfer', { thread })).toMatchObject(isAck);
      expect(await row(thread)).toMatchObject({ state: 'assigned', agent: minas });
      expect((await entries(thread)).slice(2).map(({ reason }) => reason)).toEqual(['released', 'routed']);
    });

    rule('[D5] [D8] a snooze ends at its time and not before, comes back marked, and the mark goes with the answer', async () => {
      const { thread } = await at().guest();
      const until = Date.now() + SNOOZE_MS;
      expect(await act(mina, 'snooze', { thread, seq: 1, until, keep: true })).toMatchObject(isAck);
      expect(await row(thread)).toMatchObject({ state: 'snoozed', agent: minas, snooze: { until, keep: true } });
      expect(await active(minas)).toBe(0);
      await noor.until(() => noor.row('thread', thread).state === 'assigned', 'the snooze to end', LATE_MS);
      const woken = (await entries(thread)).at(-1)!;
      expect(woken).toMatchObject({ what: 'woken', reason: 'time' });
      expect(woken.at).toBeGreaterThanOrEqual(until);
      expect(await row(thread)).toMatchObject({ agent: minas, mark: 'snooze_ended', lapses: 1 });
      await mina.ask(say(thread, 'And here it is.'));
      expect(await row(thread)).not.toHaveProperty('mark');
    });

    rule('[D5] it ends when she writes, and for whoever wakes it; without keep it is the queue\'s; what cannot be is refused', async () => {
      const { line, thread } = await at().guest();
      const snooze = (more: object = {}) => act(mina, 'snooze', { thread, seq: 1, until: Date.now() + HOUR, keep: true, ...more });
      expect(await snooze({ until: Date.now() - 1 })).toMatchObject({ type: 'nak', code: 'stale' });
      expect(await snooze({ until: Date.now() + 400 * 24 * HOUR })).toMatchObject({ type: 'nak', code: 'bad_frame' });
      await snooze();
      expect(await act(noor, 'wake', { thread })).toMatchObject(isAck);
      expect(await row(thread)).toMatchObject({ state: 'assigned', agent: noors });
      await snooze({ keep: false });
      await line.ask(say(thread, 'hello?'));
      expect(await row(thread)).toMatchObject({ state: 'assigned', agent: minas });
      expect(await snooze()).toMatchObject({ type: 'nak', code: 'stale' });
      await snooze({ seq: 2 });
      await line.ask(say(thread, 'Never mind.'));
      expect(await row(thread)).toMatchObject({ state: 'assigned', agent: minas, mark: 'returned' });
    });

    rule('[D7] [D9] her message after an end returns to who had it, and is due when the brand says', async () => {
      const { line, thread } = await at().guest();
      await act(noor, 'end', { thread, seq: 1 });
      const { at: said } = await line.ask(say(thread, 'one more thing'));
      expect(await row(thread)).toMatchObject({ state: 'assigned', agent: minas, mark: 'returned', episode: 2, waiting: said, due: said + 24 * HOUR });
    });

    rule('[D10] [D11] a note is for the team, comes once, and with the page that it stands on; its visitor is told nothing', async () => {
      const { line, thread } = await at().guest();
      const note = { type: 'note', id: newId(), thread, body: '@Noor do we still have any?', mentions: [noors] };
      expect([await mina.ask(note), await mina.ask(note)]).toMatchObject([isAck, isAck]);
      expect(await mina.ask({ ...note, body: 'Another.' })).toMatchObject({ type: 'nak', code: 'conflict' });
      expect((await entries(thread)).filter(({ what }) => what === 'note')).toEqual([
        { kind: 'entry', thread, id: note.id, rev: expect.any(Number), at: expect.any(Number), after: 1, what: 'note', by: minas, text: note.body, mentions: [noors] },
      ]);
      const { entries: found } = await noor.ask({ type: 'pull', thread, before: 99, n: 9 });
      expect(found.map(({ what }: Heard) => what)).toEqual(['assigned', 'note']);
      await line.ask({ type: 'pull', thread, before: 99, n: 9 });
      expect(JSON.stringify(line.heard)).not.toContain('do we still');
    });

    rule('[D12] tags are set all at once, each counts once', async () => {
      const { thread } = await at().guest();
      expect(await act(mina, 'tag', { thread, tags: ['tea', 'wholesale', 'tea'] })).toMatchObject(isAck);
      expect((await row(thread)).tags).toEqual(['tea', 'wholesale']);
    });

    rule('[D13] what was said is found by its words, the last of them by its beginning, the newest first', async () => {
      const { line, thread } = await at().guest();
      await line.ask(say(thread, 'Is the Zanzibar clove tea back?'));
      await line.ask(say(thread, 'The zanzibar CLOVES, I mean.'));
      const since = mina.heard.length;
      mina.say({ type: 'search', text: 'zanzibar clo', before: Number.MAX_SAFE_INTEGER, n: 20 });
      const found = await mina.hear(({ type }) => type === 'found', 'what was found', since);
      expect(found.hits.map(({ seq }: Heard) => seq)).toEqual([3, 2]);
      expect(found).toMatchObject({ text: 'zanzibar clo', more: false });
      expect(found.set.map(({ kind }: Heard) => kind).sort()).toEqual(['thread', 'visitor']);
    });

    rule('[D14] who is blocked may not write, keeps what was said, and may write again when she is let in', async () => {
      const { line, thread } = await at().guest();
      const visitor = (await row(thread)).who;
      await act(mina, 'block', { visitor, on: true });
      expect(await line.ask(say(thread, 'again'))).toMatchObject({ type: 'nak', code: 'blocked' });
      expect((await line.ask({ type: 'pull', thread, before: 9, n: 9 })).rows).toHaveLength(1);
      await act(mina, 'block', { visitor, on: false });
      expect(await line.ask(say(thread, 'again'))).toMatchObject({ type: 'ack', seq: 2 });
    });

    rule('[D15] colleagues hear which thread somebody has before her, until she has none', async () => {
      const { thread } = await at().guest();
      for (const more of [{ thread }, {}]) {
        const since = noor.heard.length;
        mina.say({ type: 'look', ...more });
        expect(await noor.hear(({ type }) => type === 'look', 'where she looks', since)).toEqual({ type: 'look', agent: minas, ...more });
      }
    });

    rule('[D16] `reopen` takes an end back: the same episode, with whoever asks', async () => {
      const { line, thread } = await at().guest();
      await act(mina, 'end', { thread, seq: 1 });
      expect(await act(noor, 'reopen', { thread })).toMatchObject(isAck);
      expect(await row(thread)).toMatchObject({ state: 'assigned', agent: noors, episode: 1 });
      await line.settled();
      expect(line.row('thread', thread)).toMatchObject({ ended: false, episode: 1 });
      expect(line.row('thread', thread)).not.toHaveProperty('survey');
    });

    rule('[D17] after an end she is asked how it was, and may change her mind; nobody else\'s episode, no other score', async () => {
      const { line, thread } = await at().guest();
      const rate = (more: object = {}) => act(line, 'rate', { thread, episode: 1, score: 5, ...more });
      expect(await rate()).toMatchObject({ type: 'nak', code: 'stale' });
      await act(mina, 'end', { thread, seq: 1 });
      await line.settled();
      expect(line.row('thread', thread).survey).toMatchObject({ episode: 1, until: expect.any(Number) });
      expect(await rate({ text: 'Quick and kind.' })).toMatchObject(isAck);
      expect(await rate({ score: 4 })).toMatchObject(isAck);
      expect(await rate({ episode: 2 })).toMatchObject({ type: 'nak', code: 'stale' });
      expect(await row(thread)).toMatchObject({ score: 4 });
      expect((await entries(thread)).filter(({ what }) => what === 'rated').map(({ score }) => score)).toEqual([5, 4]);
    });

    rule('[D18] [H7] an order counts once, for who has the thread, and stands in the ledger; what is no order is an event', async () => {
      const { line, thread } = await at().guest();
      const order = { id: newId(), amount: 3850, currency: 'EUR' };
      for (const data of [order, order, { ...order, id: newId(), amount: 38.5 }]) expect(await act(line, 'track', { name: 'order', data })).toMatchObject(isAck);
      expect((await entries(thread)).filter(({ what }) => what === 'ordered')).toMatchObject([{ amount: 3850, currency: 'EUR' }]);
      const span = `from=${Date.now() - HOUR}&to=${Date.now() + HOUR}`;
      expect((await at().desk(`ledger?${span}`, { cookie: cookies[0] })).status).toBe(403);
      const ledger = await at().desk(`ledger?${span}`, { cookie: at().owner });
      expect(ledger.headers.get('content-type')).toMatch(/^text\/csv/);
      expect(await ledger.text()).toContain('3850');
      expect((await json(await at().desk('canned', { cookie: cookies[0] }))).canned).toEqual([]);
      expect((await at().desk(`report?${span}&zone=Europe/Paris`, { cookie: cookies[0] })).status).toBe(200);
    });

    rule('[D19] the card says that it takes long when as many wait as may, and one may write all the same', async () => {
      const { desk, ...settings } = await json(await at().desk('settings', { cookie: at().owner })).then((body: Heard) => body.settings ?? body);
      const set = (queue: number) => at().desk('settings', { method: 'PUT', cookie: at().owner, body: { ...settings, desk: { ...desk, queue } } });
      const busyFor = async () => (await at().visitor()).of('ok')[0].me.card.busy;
      await act(mina, 'status', { status: 'away' });
      expect((await set(1)).status).toBeLessThan(300);
      expect(await busyFor()).toBe(false);
      const { line, thread } = await at().guest();
      expect(await busyFor()).toBe(true);
      expect(await line.ask(say(thread, 'all the same'))).toMatchObject({ type: 'ack' });
      expect((await set(desk.queue)).status).toBeLessThan(300);
    });
  });
}
