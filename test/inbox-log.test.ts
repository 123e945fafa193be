/** How a thread stands on the agent's screen. */
import { describe, expect, it } from 'vitest';
import type { PendingAct } from '../inbox/engine.ts';
import { foreseeStatus, foreseeThread } from '../inbox/foresee.ts';
import { type Group, isSay, type Item, itemsOf } from '../inbox/log.ts';
import type { Message } from '../protocol/messages.ts';
import { agent, message, thread } from './inbox-fake.ts';

const MINUTE = 60_000;
const NOON = new Date(2026, 4, 12, 12).getTime();
const at = (minutes: number) => ({ at: NOON + minutes * MINUTE });
const said = (seq: number, minutes: number, more: Partial<Message> = {}) => message('t', seq, `m${seq}`, { ...at(minutes), ...more });
const mine = { by: 'agent', agent: 'marta', name: 'Marta' } as const;
const unsent = (id: string, minutes: number, fate: PendingAct['fate'] = 'saved') =>
  ({ frame: { type: 'say', id, thread: 't', body: id }, fate, kept: true, ...at(minutes) }) as const;
const show = (items: Item[]) => items.map((item) => (item.is === 'group' ? `${item.by}: ${item.bubbles.map(({ body, fate }) => (fate ? `${body} (${fate})` : body)).join(', ')}` : item.is));
const NONE = { pending: [], visitor: { got: 0, seen: 0 }, me: 'marta' };

describe('the log of a thread', () => {
  it('groups what one person said in a row, until five minutes have passed or somebody else spoke', () => {
    const messages = [said(1, 0), said(2, 1), said(3, 9), said(4, 10, mine), said(5, 11, { ...mine, agent: 'jonas' })];
    expect(show(itemsOf({ ...NONE, messages }))).toEqual(['day', 'visitor: m1, m2', 'visitor: m3', 'agent: m4', 'agent: m5 (sent)']);
  });

  it('starts each day anew', () => {
    const messages = [said(1, 0), said(2, 13 * 60)];
    expect(show(itemsOf({ ...NONE, messages }))).toEqual(['day', 'visitor: m1', 'day', 'visitor: m2']);
  });

  it('marks where the unread begins, but not when all of it is new or what follows is our own', () => {
    const messages = [said(1, 0), said(2, 1), said(3, 2), said(4, 3, mine)];
    expect(show(itemsOf({ ...NONE, messages, newAfter: 1 }))).toEqual(['day', 'visitor: m1', 'new', 'visitor: m2, m3', 'agent: m4 (sent)']);
    expect(show(itemsOf({ ...NONE, messages, newAfter: 0 }))).not.toContain('new');
    expect(show(itemsOf({ ...NONE, messages, newAfter: 3 }))).not.toContain('new');
    const nextDay = [said(1, 0), said(2, 24 * 60)];
    expect(show(itemsOf({ ...NONE, messages: nextDay, newAfter: 1 }))).toEqual(['day', 'visitor: m1', 'day', 'new', 'visitor: m2']);
  });

  it('says each fate once, under the newest message that has it', () => {
    const messages = [said(1, 0, mine), said(2, 1, mine), said(3, 2, mine), said(4, 3, mine), said(5, 4, mine)];
    expect(show(itemsOf({ ...NONE, messages, visitor: { got: 4, seen: 2 } }))).toEqual(['day', 'agent: m1, m2 (seen), m3, m4 (delivered), m5 (sent)']);
    expect(show(itemsOf({ ...NONE, messages, visitor: { got: 5, seen: 5 } }))).toEqual(['day', 'agent: m1, m2, m3, m4, m5 (seen)']);
  });

  it('shows what is not sent yet at the end, each with its fate, and never beside its own echo', () => {
    const messages = [said(1, 0), said(2, 1, { ...mine, id: 'arrived' })];
    const pending = [unsent('arrived', 1, 'sending'), unsent('kept', 2), unsent('no', 3, 'refused')];
    expect(show(itemsOf({ ...NONE, messages, pending }))).toEqual(['day', 'visitor: m1', 'agent: m2 (sent), kept (saved), no (refused)']);
  });

  it('keeps what is not sent at the end though this device’s clock is a day behind', () => {
    expect(show(itemsOf({ ...NONE, messages: [said(1, 0)], pending: [unsent('late', -24 * 60)] }))).toEqual(['day', 'visitor: m1', 'agent: late (saved)']);
  });

  it('names the page a message was written from when that is news', () => {
    const page = (url: string) => ({ page: { url } });
    const messages = [said(1, 0, page('/a')), said(2, 1, page('/a')), said(3, 2, page('/b')), said(4, 3, mine), said(5, 4, page('/b'))];
    const pages = itemsOf({ ...NONE, messages }).filter((item): item is Group => item.is === 'group').map((group) => group.page?.url);
    expect(pages).toEqual(['/a', '/b', undefined, undefined]);
  });

  it('takes only answers of the outbox', () => {
    const take: PendingAct = { frame: { type: 'take', id: 'x', thread: 't' }, at: 0, fate: 'saved' };
    expect([take, unsent('a', 0)].filter(isSay)).toHaveLength(1);
  });
});

describe('what waits in the outbox', () => {
  const act = (frame: PendingAct['frame'], fate: PendingAct['fate'] = 'saved'): PendingAct => ({ frame, at: 0, fate });

  it('is seen at once: taken threads are hers, ended ones are ended', () => {
    const row = thread('t', 'v');
    expect(foreseeThread(row, [act({ type: 'take', id: '1', thread: 't' })], 'marta')).toMatchObject({ state: 'assigned', agent: 'marta' });
    expect(foreseeThread(row, [act({ type: 'end', id: '1', thread: 't', seq: 1 })], 'marta')).toMatchObject({ state: 'ended' });
    expect(foreseeThread(row, [act({ type: 'take', id: '1', thread: 'other' })], 'marta')).toBe(row);
  });

  it('is seen no more once it was refused', () => {
    const row = thread('t', 'v');
    expect(foreseeThread(row, [act({ type: 'end', id: '1', thread: 't', seq: 1 }, 'refused')], 'marta')).toBe(row);
  });

  it('says her status by the last switch she made', () => {
    const marta = agent('marta', 'Marta');
    const pending = [act({ type: 'status', id: '1', status: 'away' }), act({ type: 'status', id: '2', status: 'available' }), act({ type: 'status', id: '3', status: 'away' }, 'refused')];
    expect(foreseeStatus(marta, pending.slice(0, 1)).status).toBe('away');
    expect(foreseeStatus(marta, pending).status).toBe('available');
  });
});
