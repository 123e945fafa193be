/** Whose contact, whose conversion (rule D18): what the page reports as an order is matched with the episodes of its visitor. */
import { CONVERT_MS } from '../protocol/limits.ts';
import type { EventData, Id, Score, Time } from '../protocol/messages.ts';
import { own } from '../protocol/shape.ts';
import type { Brand } from './brand.ts';
import type { Change } from './change.ts';
import type { Cell } from './csv.ts';
import { writeEntry } from './entries.ts';
import type { Host } from './host.ts';

/** The name of the event. */
const ORDER = 'order';
const CURRENCY = /^[A-Z]{3}$/;
/** Of an order's id: shops number them in many ways. */
const ORDER_CHARS = 100;

/** In the smallest unit: thousands of such orders can still be added up exactly. */
const AMOUNT_MOST = 1_000_000_000_000;

export interface Order { id: string; amount: number; currency: string }

/** Pure: the order that an event reports, or nothing. Half an order is an event like any other: nobody's money is guessed. */
export function orderIn(name: string, data: EventData | undefined): Order | undefined {
  if (name !== ORDER || !data) return undefined;
  const [id, amount, currency] = [own(data, 'id'), own(data, 'amount'), own(data, 'currency')];
  if (typeof id !== 'string' || id === '' || id.length > ORDER_CHARS) return undefined;
  if (!Number.isSafeInteger(amount) || (amount as number) < 0 || (amount as number) > AMOUNT_MOST) return undefined;
  if (typeof currency !== 'string' || !CURRENCY.test(currency)) return undefined;
  return { id: id.toWellFormed(), amount: amount as number, currency };
}

interface EpisodeAt { thread: Id; n: number; holder: Id }

/** An event of the page, once for each id; an order among them is counted besides. */
export function track(brand: Brand, change: Change, visitor: Id, event: { id: Id; name: string; data?: EventData }): void {
  const isNew = brand.visitors.track(change, visitor, event);
  const order = isNew && orderIn(event.name, event.data);
  if (order) convert(brand, change, visitor, order);
}

/**
 * Counts the order for the agent who holds her thread, or ended it a short while ago: once for its brand, for the latest episode.
 * An order that nobody led her to is nobody's, and may be reported again when somebody has.
 */
function convert(brand: Brand, change: Change, visitor: Id, { id, amount, currency }: Order): void {
  const { host } = brand;
  const at = host.now();
  const episode = host.sql<EpisodeAt>(
    `SELECT episode.thread, episode.n, iif(episode.ended IS NULL, thread.agent, episode.agent) AS holder
     FROM thread JOIN episode ON episode.thread = thread.id
     WHERE thread.visitor = ? AND (episode.ended IS NULL OR episode.ended >= ?) AND holder IS NOT NULL
     ORDER BY episode.began DESC LIMIT 1`, visitor, at - CONVERT_MS)[0];
  if (!episode) return;
  const added = host.sql(
    'INSERT INTO conversion (id, visitor, thread, episode, agent, amount, currency, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING RETURNING 1 AS added',
    id, visitor, episode.thread, episode.n, episode.holder, amount, currency, at);
  if (added.length) writeEntry(change, brand.threads.find(episode.thread)!, { what: 'ordered', text: id, amount, currency });
}

export interface Episode { n: number; began: Time; first_reply: Time | null; ended: Time | null; score: Score | null; text: string | null; rated: Time | null }

/** For an export. */
export function episodesOf(host: Host, thread: Id): Episode[] {
  return host.sql<Episode>('SELECT n, began, first_reply, ended, score, text, rated FROM episode WHERE thread = ? ORDER BY n', thread);
}

export function ordersOf(host: Host, visitor: Id): (Order & { at: Time })[] {
  return host.sql('SELECT id, amount, currency, at FROM conversion WHERE visitor = ? ORDER BY at', visitor);
}

export const LEDGER_COLUMNS = ['what', 'time', 'agent', 'agent_name', 'thread', 'episode', 'began', 'first_reply', 'score', 'prompts', 'reminders', 'order', 'amount_minor', 'currency'];
interface LedgerRow {
  what: 'contact' | 'conversion'; at: Time; agent: Id | null; name: string | null; thread: Id; episode: number; began: Time | null; first_reply: Time | null;
  score: Score | null; prompts: number | null; lapses: number | null; id: string | null; amount: number | null; currency: string | null;
}

/**
 * Contacts (episodes that ended) and conversions of a stretch of time, in its order. Times are UTC, money in the smallest unit.
 * A long stretch is asked for in parts, so that messages get through between them.
 */
export function ledger(host: Host, from: Time, to: Time): Cell[][] {
  return host.sql<LedgerRow>(
    `SELECT 'contact' AS what, ended AS at, agent, agent.name, thread, n AS episode, began, first_reply, score, prompts, lapses, NULL AS id, NULL AS amount, NULL AS currency
       FROM episode LEFT JOIN agent ON agent.id = episode.agent WHERE ended >= ? AND ended < ?
     UNION ALL
     SELECT 'conversion', at, agent, agent.name, thread, episode, NULL, NULL, NULL, NULL, NULL, conversion.id, amount, currency
       FROM conversion LEFT JOIN agent ON agent.id = conversion.agent WHERE at >= ? AND at < ?
     ORDER BY 2`, from, to, from, to).map(toCells);
}

const toCells = (row: LedgerRow): Cell[] => [
  row.what, toUtc(row.at), row.agent, row.name, row.thread, row.episode, toUtc(row.began), toUtc(row.first_reply), row.score, row.prompts, row.lapses,
  row.id, row.amount, row.currency,
];
const toUtc = (at: Time | null): string | null => (at === null ? null : new Date(at).toISOString());
