/** What the team knows and keeps: rules D10 to D15, and D17 to D19. */
import { afterEach, beforeAll, describe, expect } from 'vitest';
import { REPORT } from '../../protocol/report.ts';
import { Crew } from './crew.ts';
import { rule } from './rules.ts';
import { type Heard, json, newId, newToken, type Place, say } from './talk.ts';

const RATE_MS = 86_400_000;
/** What one handler may take: a host whose clock goes on meanwhile is right too. */
const CLOCK_MS = 20;
const FUTURE = Number.MAX_SAFE_INTEGER;

/** @param at a brand in which two may wait */
export function deskMore(at: () => Place): void {
  describe('D · What the team knows', () => {
    const crew = new Crew(at);
    beforeAll(() => crew.hire('Mona', 'Nils'));
    afterEach(async () => {
      at().hangUp();
      await crew.rest();
    });

    rule('[D10] what happens to a thread is written down behind the message it stands behind, comes with its page, and never changes', async () => {
      const mona = await crew.comes('Mona');
      const { line, thread } = await at().guest();
      await mona.says(thread);
      await mona.did('note', thread, { body: 'She is kind.' });
      await mona.did('snooze', thread, { seq: 2, until: Date.now() + RATE_MS, keep: true });
      await line.ask(say(thread, 'again'));
      await mona.did('end', thread, { seq: 3 });
      await mona.did('reopen', thread);
      const told = await mona.history(thread);
      expect(told.map(({ what, after }) => [what, after])).toEqual([['assigned', 1], ['note', 2], ['snoozed', 2], ['woken', 3], ['ended', 3], ['reopened', 3]]);
      const pull = (before: number, n: number) => mona.line.ask({ type: 'pull', thread, before, n });
      expect((await pull(99, 50)).entries).toEqual(told);
      expect((await pull(3, 1)).entries).toEqual(told.filter(({ after }) => after === 2));
      expect((await pull(2, 1)).entries).toEqual(told.slice(0, 1));
      for (const entry of told) expect(entry).toEqual({ ...entry, kind: 'entry', thread, id: expect.any(String), rev: expect.any(Number), at: expect.any(Number) });
      expect(await line.ask({ type: 'pull', thread, before: 99, n: 50 })).not.toHaveProperty('entries');
      for (const frame of line.heard) expect(JSON.stringify(frame)).not.toMatch(/entry|kind\./);
    });

    rule('[D10] [S8] who was away is told of the entries that she has missed', async () => {
      const mona = await crew.away('Mona');
      const { thread } = await at().guest();
      const { epoch } = mona.line.of('ok')[0];
      const { rev } = await mona.sees(thread);
      await mona.did('take', thread);
      await mona.did('note', thread, { body: 'Missed.' });
      const back = await at().agent(crew.cookie('Nils'), { epoch, rev });
      expect(back.of('ok')[0].fresh).toBeUndefined();
      expect(back.rows().filter(({ kind }) => kind === 'entry')).toEqual(await mona.history(thread));
    });

    rule('[D11] [A2] a note is the team\'s alone, names colleagues, is written down once under its own id, and is refused to who took that of another', async () => {
      const [mona, nils] = [await crew.away('Mona'), await crew.away('Nils')];
      const { line, thread } = await at().guest();
      const note = { type: 'note', id: newId(), thread, body: '@Nils do we still have any?', mentions: [nils.id, nils.id, 'nobody'] };
      for (let n = 0; n < 2; n++) expect(await mona.line.ask(note)).toMatchObject({ type: 'ack', id: note.id });
      expect(await nils.history(thread)).toMatchObject([{ id: note.id, what: 'note', by: mona.id, text: note.body, mentions: [nils.id], after: 1 }]);
      expect(await mona.line.ask({ ...note, body: 'Something else.' })).toMatchObject({ type: 'nak', code: 'conflict' });
      expect(await nils.line.ask(note)).toMatchObject({ type: 'nak', code: 'conflict' });
      for (const wrong of [{ body: '' }, { body: 'x'.repeat(5_001) }, { body: 'x', mentions: Array.from({ length: 21 }, (_, n) => `a${n}`) }]) {
        expect(await mona.does('note', thread, wrong)).toMatchObject({ type: 'nak', code: 'bad_frame' });
      }
      expect((await nils.history(thread))).toHaveLength(1);
      await line.settled();
      expect(JSON.stringify([line.heard, (await at().visitor({ token: line.token })).heard])).not.toContain('still have any');
      expect((await mona.sees(thread)).seq, 'it is no message').toBe(1);
    });

    rule('[D12] `tag` sets all the tags of a thread; twice the same counts once', async () => {
      const mona = await crew.away('Mona');
      const { line, thread } = await at().guest();
      for (const [tags, kept] of [[['tea', 'wholesale', 'tea'], ['tea', 'wholesale']], [['vip'], ['vip']], [[], []]] as const) {
        await mona.did('tag', thread, { tags });
        expect((await mona.sees(thread)).tags).toEqual(kept);
      }
      for (const tags of [[''], ['x'.repeat(41)], Array.from({ length: 21 }, (_, n) => `t${n}`), 'tea']) {
        expect(await mona.does('tag', thread, { tags })).toMatchObject({ type: 'nak', code: 'bad_frame' });
      }
      await mona.did('tag', thread, { tags: Array.from({ length: 20 }, (_, n) => `${n}`.padEnd(40, 'x')) });
      expect((await mona.sees(thread)).tags).toHaveLength(20);
      await line.settled();
      expect(line.row('thread', thread)).not.toHaveProperty('tags');
    });

    rule('[D13] `search` finds messages and notes that have all the words, the last also as a beginning, in any writing, the newest first', async () => {
      const mona = await crew.away('Mona');
      const [one, two] = [await at().guest(), await at().guest()];
      await one.line.ask(say(one.thread, 'Is the CAFÉ Grünwald open on Sunday?'));
      await two.line.ask(say(two.thread, 'متى يفتح المَقهى؟'));
      await two.line.ask(say(two.thread, '今日は喫茶店に行きます'));
      await mona.did('note', two.thread, { body: 'The café Grünwald opens at nine.' });
      const find = (text: string, more: object = {}) => mona.line.ask({ type: 'search', text, before: FUTURE, n: 50, ...more });
      const found = await find('cafe grun');
      expect(found).toMatchObject({ type: 'found', text: 'cafe grun', more: false });
      expect(found.hits.map(({ thread, by, seq }: Heard) => [thread, by, seq])).toEqual([[two.thread, 'note', undefined], [one.thread, 'visitor', 2]]);
      expect(found.hits[0]).toMatchObject({ name: 'Mona', text: expect.stringContaining('Grünwald') });
      expect(found.set.filter(({ kind }: Heard) => kind === 'thread').map(({ id }: Heard) => id).toSorted()).toEqual([one.thread, two.thread].toSorted());
      const placesOf = async (text: string, more: object = {}) => (await find(text, more)).hits.map(({ thread, seq }: Heard) => [thread, seq]);
      expect(await placesOf('المقهى')).toEqual([[two.thread, 2]]);
      expect(await placesOf('喫茶店')).toEqual([[two.thread, 3]]);
      expect(await placesOf('cafe rum')).toEqual([]);
      expect(await placesOf('"caf* OR (')).toEqual([]);
      const [newest] = (await find('grünwald', { n: 1 })).hits;
      expect((await find('grünwald', { n: 1 })).more).toBe(true);
      expect(await placesOf('grünwald', { before: newest.at })).toEqual([[one.thread, 2]]);
      expect(await find('x', { n: 51 })).toMatchObject({ type: 'refused', code: 'bad_frame' });
      for (let n = 0; n < 40; n++) mona.line.say({ type: 'search', text: 'tea', before: FUTURE, n: 1 });
      expect(await mona.line.hear(({ code }) => code === 'rate_limited', 'that it is too much', 0)).toMatchObject({ type: 'refused', retryAfter: expect.any(Number) });
    });

    rule('[D13] [I5] nobody finds the words of who was erased', async () => {
      const nils = await crew.away('Nils');
      const { line, thread } = await at().guest();
      await line.ask(say(thread, 'my secret samovar'));
      const find = async () => (await nils.line.ask({ type: 'search', text: 'samovar', before: FUTURE, n: 5 })).hits.length;
      expect(await find()).toBe(1);
      await at().served.admin('erase', at().brand, (await nils.sees(thread)).who);
      expect(await find()).toBe(0);
    });

    rule('[D14] who is blocked may not write, rate, or tell of herself, keeps what was said, and is let in again', async () => {
      const mona = await crew.away('Mona');
      const { line, thread } = await at().guest();
      const told = { type: 'track', id: newId(), name: 'basket' };
      expect(await line.ask(told)).toMatchObject({ type: 'ack' });
      const { who: visitor } = await mona.sees(thread);
      const block = async (on: boolean) => {
        expect(await mona.line.ask({ type: 'block', id: newId(), visitor, on })).toMatchObject({ type: 'ack' });
        await mona.line.settled();
        return mona.line.row('visitor', visitor).blocked;
      };
      await mona.did('end', thread, { seq: 1 });
      expect(await block(true)).toBe(true);
      const words = say(thread, 'let me in');
      expect(await line.ask(words)).toMatchObject({ type: 'nak', id: words.id, code: 'blocked' });
      expect(await line.ask(words)).not.toHaveProperty('retryAfter');
      expect(await line.ask({ type: 'rate', id: newId(), thread, episode: 1, score: 1 })).toMatchObject({ type: 'nak', code: 'blocked' });
      const known = mona.line.row('visitor', visitor);
      for (const about of [{ type: 'label', name: 'Eve', email: 'eve@mail.example' }, { type: 'track', name: 'order' }]) {
        const refused = await line.ask({ ...about, id: newId() });
        expect(refused).toMatchObject({ type: 'nak', code: 'blocked' });
        expect(refused).not.toHaveProperty('retryAfter');
      }
      expect(await line.ask(told), 'what was kept before').toMatchObject({ type: 'ack' });
      await mona.line.settled();
      expect(mona.line.row('visitor', visitor)).toEqual(known);
      expect((await line.ask({ type: 'pull', thread, before: 9, n: 9 })).rows).toHaveLength(1);
      expect(await block(false)).toBeUndefined();
      expect(await line.ask({ type: 'label', id: newId(), email: 'eve@mail.example' })).toMatchObject({ type: 'ack' });
      expect(await line.ask(words)).toMatchObject({ type: 'ack', seq: 2 });
      expect(await mona.line.ask({ type: 'block', id: newId(), visitor: 'nobody', on: true })).toMatchObject({ type: 'nak', code: 'not_found' });
    });

    rule('[D15] colleagues are told which thread she has before her, also those who come, until she looks elsewhere or is gone', async () => {
      const [mona, nils] = [await crew.away('Mona'), await crew.away('Nils')];
      const [one, two] = [await at().guest(), await at().guest()];
      const looks = () => nils.line.of('look').map(({ thread }) => thread);
      mona.line.say({ type: 'look', thread: one.thread });
      await nils.line.until(() => looks().length === 1, 'the first look');
      mona.line.say({ type: 'look', thread: two.thread });
      await nils.line.until(() => looks().length === 2, 'the second');
      const late = await crew.away('Nils');
      await late.line.until(() => late.line.of('look').length === 1, 'what she looks at');
      expect(late.line.of('look')).toEqual([{ type: 'look', agent: mona.id, thread: two.thread }]);
      mona.line.say({ type: 'look' });
      await nils.line.until(() => looks().length === 3, 'that she looks away');
      mona.line.say({ type: 'look', thread: one.thread });
      await nils.line.until(() => looks().length === 4, 'the next');
      mona.line.drop();
      await nils.line.until(() => looks().length === 5, 'that she is gone');
      expect(looks()).toEqual([one.thread, two.thread, undefined, one.thread, undefined]);
      for (const frame of [...nils.line.of('look')]) expect(frame).toEqual({ type: 'look', agent: mona.id, ...(frame.thread ? { thread: frame.thread } : {}) });
      expect(mona.line.of('look'), 'she need not be told').toEqual([]);
    });

    rule('[D17] [D10] with the end she is asked how it was, for a day; she may change her mind, and is refused for any other episode', async () => {
      const mona = await crew.away('Mona');
      const { line, thread } = await at().guest();
      const rate = (episode: number, score: number, text?: string) => line.ask({ type: 'rate', id: newId(), thread, episode, score, ...(text ? { text } : {}) });
      expect(await rate(1, 5)).toMatchObject({ type: 'nak', code: 'stale' });
      await mona.says(thread);
      await mona.did('end', thread, { seq: 2 });
      const ended = (await mona.history(thread)).at(-1);
      await line.settled();
      const { survey } = line.row('thread', thread);
      expect([ended.what, survey]).toEqual(['ended', { episode: 1, until: expect.any(Number) }]);
      expect(Math.abs(survey.until - ended.at - RATE_MS)).toBeLessThan(CLOCK_MS);
      for (const [score, text] of [[2, 'Slow.'], [5, 'Quick and kind.']] as const) {
        expect(await rate(1, score, text)).toMatchObject({ type: 'ack' });
        expect((await mona.sees(thread)).score).toBe(score);
        expect((await mona.history(thread)).at(-1)).toMatchObject({ what: 'rated', score, text });
        await line.settled();
        expect(line.row('thread', thread).survey).toMatchObject({ score, text });
      }
      expect((await at().visitor({ token: line.token })).row('thread', thread).survey).toMatchObject({ score: 5 });
      expect(await rate(2, 5)).toMatchObject({ type: 'nak', code: 'stale' });
      for (const score of [0, 6, 2.5]) expect(await rate(1, score)).toMatchObject({ type: 'nak', code: 'bad_frame' });
      expect(await rate(1, 4, 'x'.repeat(1_001))).toMatchObject({ type: 'nak', code: 'bad_frame' });
      await line.ask(say(thread, 'one more thing'));
      expect(await rate(1, 1)).toMatchObject({ type: 'nak', code: 'stale' });
      await line.settled();
      expect(line.row('thread', thread).survey).toBeUndefined();
    });

    rule('[D18] an order is a conversion of the agent who holds her thread, once for its brand; half an order is an event like any other', async () => {
      const mona = await crew.away('Mona');
      const [one, two] = [await at().guest(), await at().guest()];
      for (const { thread } of [one, two]) await mona.did('take', thread);
      const order = { id: newId(), amount: 3_850, currency: 'EUR' };
      const report = async (line: typeof one.line, data: object) => expect(await line.ask({ type: 'track', id: newId(), name: 'order', data })).toMatchObject({ type: 'ack' });
      await report(one.line, order);
      await report(one.line, order);
      await report(two.line, order);
      for (const half of [{ amount: 1, currency: 'EUR' }, { ...order, id: newId(), amount: 38.5 }, { ...order, id: newId(), currency: 'eur' }]) await report(two.line, half);
      const ordered = async (thread: string) => (await mona.history(thread)).filter(({ what }) => what === 'ordered');
      expect(await ordered(one.thread)).toMatchObject([{ text: order.id, amount: 3_850, currency: 'EUR', after: 1 }]);
      expect(await ordered(two.thread)).toEqual([]);
      expect(mona.line.row('visitor', (await mona.sees(two.thread)).who).events).toHaveLength(4);
      const csv = await (await at().desk(`ledger?from=${Date.now() - RATE_MS}&to=${Date.now() + 1_000}`, { cookie: at().owner })).text();
      expect(csv.split('\n').filter((row) => row.includes(order.id))).toMatchObject([expect.stringContaining(mona.id)]);
    });

    rule('[D19] a brand in which as many wait as may is busy, and hears everybody all the same', async () => {
      const busy = async () => (await at().visitor({ token: newToken() })).of('ok')[0].me.card.busy;
      const was: boolean[] = [];
      for (let n = 0; n < 3; n++) {
        was.push(await busy());
        await crew.writes();
      }
      expect(was).toEqual([false, false, true]);
      await crew.comes('Mona');
      expect(await busy()).toBe(false);
      expect((await json(await at().ask(`/v1/${at().brand}/card`, { headers: { origin: 'https://shop.example' } }))).busy).toBeTypeOf('boolean');
    });

    rule('[D20] [D2] [H7] what every agent knows of her brand is told at once to all who are here, and to who was away: other ready answers, other slots, no survey', async () => {
      const [mona, nils] = [await crew.away('Mona'), await crew.away('Nils')];
      const { epoch, rev } = mona.line.of('ok')[0];
      const brand = () => nils.line.settled().then(() => nils.line.row('brand', at().brand));
      const put = async (path: string, cookie: string, body: object) => {
        const response = await at().desk(path, { method: 'PUT', cookie, body });
        expect(response.status).toBe(200);
        return json(response);
      };
      const first = await brand();
      const { tag, canned } = await put('canned', crew.cookie('Mona'), { canned: [{ id: 'thanks', name: 'Thanks', body: newId() }] });
      const told = await brand();
      expect([told, tag === first.replies]).toEqual([{ ...first, rev: expect.any(Number), replies: tag }, false]);
      await put('canned', crew.cookie('Mona'), { canned });
      expect(await brand(), 'what was saved as it was is no news').toEqual(told);

      const { settings } = await json(await at().desk('settings', { cookie: at().owner }));
      await put('settings', at().owner, { ...settings, desk: { ...settings.desk, survey: false, slots: 5 } });
      expect(await brand()).toEqual({ ...told, rev: expect.any(Number), survey: false, slots: 5 });
      expect(await nils.me()).toMatchObject({ slots: 5 });
      expect(await nils.me()).not.toHaveProperty('own');
      expect((await at().desk(`agents/${nils.id}/slots`, { method: 'POST', cookie: at().owner, body: { slots: 5 } })).status).toBe(200);
      expect(await nils.me()).toMatchObject({ slots: 5, own: true });
      await put('settings', at().owner, settings);
      for (const hi of [{ epoch, rev }, {}]) {
        const { fresh, set } = (await at().agent(crew.cookie('Mona'), hi)).of('ok')[0];
        expect([fresh, set.filter(({ kind }: Heard) => kind === 'brand')]).toEqual(['rev' in hi ? undefined : true, [await brand()]]);
      }
      const { line } = await at().guest();
      await line.settled();
      expect(JSON.stringify(line.heard)).not.toContain(tag);
    });

    rule('[H7] ready answers are everybody\'s, slots an owner\'s or one\'s own, the report everybody\'s, the ledger an owner\'s; a year at once', async () => {
      const [mona, nils] = [await crew.away('Mona'), await crew.away('Nils')];
      const asks = async (path: string, cookie: string, body?: object, method = body ? 'PUT' : 'GET') => at().desk(path, { method, cookie, ...(body ? { body } : {}) });
      const canned = [{ id: 'hello', name: 'Hello', body: 'Hello {visitor}, this is {agent}.' }];
      expect((await asks('canned', crew.cookie('Mona'), { canned })).status).toBe(200);
      expect((await json(await asks('canned', crew.cookie('Nils')))).canned).toEqual(canned);
      expect((await asks('canned', crew.cookie('Nils'), { canned: [{ ...canned[0], name: 'x'.repeat(61) }] })).status).toBe(400);

      const slots = async (of: string, cookie: string, body: object) => (await asks(`agents/${of}/slots`, cookie, body, 'POST')).status;
      expect([await slots(mona.id, crew.cookie('Mona'), { slots: 7 }), await slots(nils.id, crew.cookie('Mona'), { slots: 7 }), await slots(mona.id, crew.cookie('Mona'), { slots: 51 })]).toEqual([200, 403, 400]);
      expect((await mona.me()).slots).toBe(7);
      expect([await slots(mona.id, at().owner, { slots: null }), (await mona.me()).slots]).toEqual([200, 3]);

      const now = Date.now();
      const day = `from=${now - RATE_MS}&to=${now}`;
      const report = await json(await asks(`report?${day}&zone=Asia/Dubai`, crew.cookie('Mona')));
      expect(REPORT(report)).toBeUndefined();
      expect(report).toMatchObject({ zone: 'Asia/Dubai', from: now - RATE_MS, to: now });
      const ledger = await asks(`ledger?${day}`, at().owner);
      expect([ledger.status, ledger.headers.get('content-type')]).toEqual([200, expect.stringMatching(/^text\/csv/)]);
      expect((await asks(`ledger?${day}`, crew.cookie('Mona'))).status).toBe(403);
      for (const path of ['report', 'ledger']) {
        for (const wrong of [`from=0&to=${now}`, `from=${now}&to=${now}`, 'from=yesterday']) expect([path, wrong, (await asks(`${path}?${wrong}`, at().owner)).status]).toEqual([path, wrong, 400]);
        expect((await at().desk(`${path}?${day}`)).status).toBe(401);
      }
    });
  });
}
