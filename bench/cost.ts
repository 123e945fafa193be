/**
 * What a deployment at the edge costs in a month: what is done there, times Cloudflare's published prices.
 * `node build.mjs with bench/cost.ts` prints the table of the README; a test holds the README to it.
 */
import { HEARTBEAT_MS, LEASE_MS } from '../protocol/limits.ts';

interface Price {
  what: string;
  /** Dollars for one. */
  each: number;
  /** In the 5 dollars of the plan. */
  included: number;
  /** Where it is published, on developers.cloudflare.com. */
  page: string;
}

const MILLION = 1e6;
const PLAN = 5;
const WORKERS = 'workers/platform/pricing';
const OBJECTS = 'durable-objects/platform/pricing';

/** As those pages stood in November 2026, for the plan Workers Paid. Files, data sent and R2 (which nothing uses yet) cost nothing. */
export const PRICES: Record<Meter, Price> = {
  requests: { what: 'requests to the Worker', each: 0.3 / MILLION, included: 10 * MILLION, page: WORKERS },
  cpu: { what: 'milliseconds of the Worker\'s CPU', each: 0.02 / MILLION, included: 30 * MILLION, page: WORKERS },
  objects: { what: 'requests to the objects; 20 frames are one', each: 0.15 / MILLION, included: MILLION, page: OBJECTS },
  duration: { what: 'GB-seconds in which they run', each: 12.5 / MILLION, included: 400_000, page: OBJECTS },
  read: { what: 'rows read', each: 0.001 / MILLION, included: 25_000 * MILLION, page: OBJECTS },
  written: { what: 'rows written; an index\'s and an alarm are rows too', each: 1 / MILLION, included: 50 * MILLION, page: OBJECTS },
  stored: { what: 'GB stored, a year of messages', each: 0.2, included: 5, page: OBJECTS },
};
type Meter = 'requests' | 'cpu' | 'objects' | 'duration' | 'read' | 'written' | 'stored';
export type Use = Record<Meter, number>;

/** A conversation as we suppose it to be; every figure of the table follows from these, so put in your own. */
export const CONVERSATION = {
  fromVisitor: 5, fromAgents: 4, autoReplies: 1,
  /** Pages on which she has the thread at hand: each is a connection. */
  visits: 6,
  /** Pages that ask for the brand's name and colour, for her and for those who open the widget and say nothing. */
  cards: 4,
  /** Somebody who writes says so every three seconds. */
  typingEach: 2,
};
/** A brand: 3 people at the inbox, 10 hours a day. */
export const BRAND = { messages: 10_000, agents: 3, openHours: 300, agentConnections: 900 };

/** Rows written by each thing that happens, with those of its indexes, counted by the runtime itself: `test/contract/cost.test.ts`. */
export const ROWS = {
  firstMessage: 23, // with its auto-reply, her thread and its episode, and herself
  message: 7,
  words: 1, // of each message, taken in for the search, many at a time
  mark: 3, // got, and seen
  given: 13, // a thread, to whoever has the fewest; with its entry
  end: 15, // with its episode, its entry, and how it stood before
  leaving: 7, // closed, and away ten seconds later
  coming: 3,
  agentComing: 8,
  look: 4, // after silent connections, with an alarm for the next
};
const ROWS_READ_EACH = 15;
/** Silent connections are looked for while an agent is in, when the one that was heard last longest ago may run out. */
const LOOKS_AN_HOUR = 3_600_000 / (LEASE_MS - HEARTBEAT_MS);
/** Of wall time for a frame, a request or an alarm: what Cloudflare's own examples take. Asleep or ready to sleep costs nothing. */
const EVENT_SECONDS = 0.01;
const OBJECT_GB = 0.128;
const WORKER_CPU_MS = 2;
const FRAMES_A_REQUEST = 20;
/** Measured (`npm run bench -- hosts`): messages of 115 characters, ten a visitor, with all that is written down beside them. */
export const BYTES_A_MESSAGE = 1_300;
const MONTHS_KEPT = 12;
const GB = 1e9;

/** @param messages in a month: of visitors, agents and auto-replies */
export function useOf(messages: number): Use & { brands: number } {
  const { fromVisitor, fromAgents, autoReplies, visits, cards, typingEach } = CONVERSATION;
  const said = fromVisitor + fromAgents + autoReplies;
  const conversations = messages / said;
  const brands = Math.ceil(messages / BRAND.messages);
  const toVisitor = fromAgents + autoReplies;

  // Each message is marked by the other side as got and as seen; every open inbox says that it got it.
  const frames = conversations * (
    visits + (fromVisitor + fromAgents) * (1 + typingEach) + 2 * toVisitor + fromVisitor * (BRAND.agents + 1) + 1) + brands * BRAND.agentConnections;
  const connections = conversations * visits + brands * BRAND.agentConnections;
  const tickets = brands * BRAND.agentConnections;
  const looks = brands * BRAND.openHours * LOOKS_AN_HOUR;
  const alarms = conversations * visits + looks;
  const knocks = connections + tickets + conversations * cards;

  const requests = knocks;
  // Each knock may also ask the directory.
  const objects = 2 * knocks + frames / FRAMES_A_REQUEST + alarms;
  const events = frames + 2 * knocks + alarms;
  const written = conversations * (ROWS.firstMessage + (said - 2) * ROWS.message + said * ROWS.words + 2 * ROWS.mark * (fromVisitor + toVisitor)
    + ROWS.given + ROWS.end + visits * (ROWS.leaving + ROWS.coming)) + brands * BRAND.agentConnections * ROWS.agentComing + looks * ROWS.look;
  return {
    brands, requests, objects, written,
    cpu: requests * WORKER_CPU_MS,
    duration: events * EVENT_SECONDS * OBJECT_GB,
    read: events * ROWS_READ_EACH,
    stored: messages * MONTHS_KEPT * BYTES_A_MESSAGE / GB,
  };
}

/** GB-seconds, if an object with an open inbox were billed while nothing happens. The price page says that it is not, since it could sleep. */
const awakeOf = (brands: number): number => brands * BRAND.openHours * 3_600 * OBJECT_GB;

/** In dollars. */
export const priceOf = (meter: Meter, used: number): number => Math.max(0, used - PRICES[meter].included) * PRICES[meter].each;

export const METERS = Object.keys(PRICES) as Meter[];
export const totalOf = (use: Use): number => METERS.reduce((sum, meter) => sum + priceOf(meter, use[meter]), PLAN);

/** The table, in Markdown: for each meter how much of it, how much of that is paid for, and what that makes. */
export function table(volumes: number[] = [10_000, 1_000_000, 100_000_000]): string {
  const uses = volumes.map(useOf);
  const line = (...cells: string[]) => `| ${cells.join(' | ')} |`;
  return [
    line('messages a month', 'price beyond what is included', ...volumes.map(short)),
    `|---|---|${volumes.map(() => '---:|').join('')}`,
    line('brands', '', ...uses.map(({ brands }) => short(brands))),
    line('Workers Paid', '$5', ...volumes.map(() => dollars(PLAN))),
    ...METERS.map((meter) => line(PRICES[meter].what, priceText(PRICES[meter]), ...uses.map((use) => cell(meter, use[meter])))),
    line('**together**', '', ...uses.map((use) => `**${dollars(totalOf(use))}**`)),
    line('… were an open inbox billed all the time', '', ...uses.map((use) => dollars(totalOf({ ...use, duration: use.duration + awakeOf(use.brands) })))),
  ].join('\n');
}

function cell(meter: Meter, used: number): string {
  const cost = priceOf(meter, used);
  return cost > 0 ? `${short(used)}: ${dollars(cost)}` : short(used);
}

function priceText({ each, included }: Price): string {
  return each * MILLION < 1_000 ? `$${Number((each * MILLION).toPrecision(3))} a million after ${short(included)}` : `$${each} after ${short(included)}`;
}

function short(count: number): string {
  for (const [size, name] of [[1e9, ' bn'], [MILLION, ' M'], [1e3, ' k']] as const) if (count >= size) return `${Number((count / size).toPrecision(3))}${name}`;
  return String(Number(count.toPrecision(2)));
}

const dollars = (sum: number): string => `$${sum < 100 ? sum.toFixed(2) : Math.round(sum).toLocaleString('en')}`;

if (import.meta.main) console.log(table());
