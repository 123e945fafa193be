/**
 * Looking things up in a million messages, one question after the other without a pause, and what that costs those who talk:
 * a brand has one writer, so whatever it does for one person everybody else waits for. Relaying is measured beside each kind
 * of question and without any, at the same steady rate, through the doors of the product as it is shipped.
 */
import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import { askDesk } from '../test/contract/hosts.ts';
import { newToken } from '../test/talker.ts';
import { count, ms, percentile, type Row } from './figures.ts';
import { ask, hi, openAgent, openVisitor } from './line.ts';
import { BRAND, serveStock, type Shop, word } from './stock.ts';

const STORED = 1_000_000;
/** Beside each kind of question, and before it without any: moods of the machine come and go. */
const RELAY_MS = 4_000;
const EVERY_MS = 5;
/** What somebody may say at once; then somebody else speaks. */
const EACH = 10;
const HIT_ROWS = 50;
const LIST_ROWS = 100;
/** Of somebody who types fast: the server lets no one search more often, and nobody is measured being refused. */
const SEARCHES_EACH = 25;
/** One may ask 300 things a minute on a connection. */
const LISTS_EACH = 200;
const DAY_MS = 24 * 3_600_000;
const WARM = 3;

/** What is looked for: what everybody says, what hardly anybody does, both, a beginning of one letter, what is not there. */
const QUESTIONS = [word(0), word(40), word(400), word(15_000), `${word(3)} ${word(9)}`, `${word(30)} ${word(12_000)}`, word(5).slice(0, 1), word(70).slice(0, 2), 'qqqq'];

interface Beside { name: string; took: number[]; relayed: number[]; alone: number[] }

export async function search(): Promise<Row[]> {
  const shop = await serveStock(STORED);
  try {
    return await measure(shop);
  } finally {
    await shop.served.close();
  }
}

async function measure(shop: Shop): Promise<Row[]> {
  const { served, cookies, stock } = shop;
  const inboxes: WebSocket[] = [];
  for (const cookie of cookies) {
    inboxes.push(await openAgent(served, BRAND, cookie));
    await ask(inboxes.at(-1)!, hi(stock.head, stock.epoch), 'ok');
  }
  const [hearing, ...asking] = inboxes as [WebSocket, ...WebSocket[]];
  const speakers = await gather(shop, (RELAY_MS / EVERY_MS / EACH) * 9);
  const newest = Date.now();
  const kinds: [name: string, ask: (n: number) => Promise<unknown> | undefined][] = [
    ['search', (n) => {
      const inbox = asking[Math.floor(n / SEARCHES_EACH)];
      return inbox && ask(inbox, { type: 'search', text: QUESTIONS[n % QUESTIONS.length], before: newest + 1, n: HIT_ROWS }, 'found');
    }],
    ['list', (n) => {
      const inbox = asking[Math.floor(n / LISTS_EACH)];
      return inbox && ask(inbox, { type: 'list', box: (['open', 'ended', 'all'] as const)[n % 3], before: newest - (n % 90) * DAY_MS, n: LIST_ROWS }, 'listed');
    }],
    ['report of 28 days', (n) => n < LISTS_EACH ? readReport(shop, 28) : undefined],
    ['report of a year', (n) => n < LISTS_EACH ? readReport(shop, 365) : undefined],
  ];
  await relay(hearing, speakers, RELAY_MS / 5); // code that has not run yet runs slowly
  const found: Beside[] = [];
  for (const [name, question] of kinds) {
    for (let n = 0; n < WARM; n++) await question(n);
    const alone = await relay(hearing, speakers, RELAY_MS);
    const took: number[] = [];
    let isOver = false;
    const relaying = relay(hearing, speakers, RELAY_MS).finally(() => { isOver = true; });
    for (let n = WARM; !isOver; n++) {
      const began = performance.now();
      const answer = question(n);
      if (!answer) break;
      await answer;
      took.push(performance.now() - began);
    }
    found.push({ name, took, relayed: await relaying, alone });
  }
  for (const socket of [...inboxes, ...speakers.map((each) => each.socket)]) socket.terminate();
  const of = (values: number[]) => `${ms(percentile(values, 50))} and ${ms(percentile(values, 99))}`;
  return [
    ...found.flatMap(({ name, took, relayed, alone }): Row[] => [
      [`${name} in ${count(STORED)} messages, ${count(took.length)} in a row: median and 99th percentile`, of(took)],
      [
        `… relaying ${count(1_000 / EVERY_MS)} messages a second meanwhile, against the same while nobody looks anything up`,
        `${of(relayed)}, against ${of(alone)}: the 99th is ${(percentile(relayed, 99) / percentile(alone, 99)).toFixed(1)} times`,
      ],
    ]),
  ];
}

async function readReport({ served, cookies }: Shop, days: number): Promise<void> {
  const to = Date.now();
  const response = await askDesk(served, BRAND, 'GET', `report?from=${to - days * DAY_MS}&to=${to}&zone=Europe/London`, { cookie: cookies[1]! });
  const { began } = await response.json() as { began: number };
  if (!began) throw new Error('the report is of nothing');
}

interface Speaker { socket: WebSocket; thread: string; said: number }

async function gather({ served }: Shop, many: number): Promise<Speaker[]> {
  const speakers: Speaker[] = [];
  for (let n = 0; n < many; n++) {
    const socket = await openVisitor(served, BRAND, newToken());
    await ask(socket, hi(), 'ok');
    // Nobody would ever hear it, and we would wait for that.
    socket.on('message', (data) => { if (/^\{"type":"(?:nak|refused|bye)"/.test(String(data))) throw new Error(`not relayed: ${String(data)}`); });
    speakers.push({ socket, thread: randomUUID(), said: 0 });
  }
  return speakers;
}

/** Says something every `EVERY_MS`, whether or not what was said before has arrived. @returns how long each took to the agent, in milliseconds */
async function relay(agent: WebSocket, speakers: Speaker[], lastsMs: number): Promise<number[]> {
  const sent = new Map<string, number>();
  const took: number[] = [];
  const hear = (data: unknown) => {
    for (const [, key] of String(data).matchAll(/"kind":"message"[^}]*?"body":"#([^"]+)"/g)) {
      const at = sent.get(key!);
      if (at !== undefined) took.push(performance.now() - at);
      sent.delete(key!);
    }
  };
  agent.on('message', hear);
  const began = performance.now();
  for (let n = 0; n * EVERY_MS < lastsMs; n++) {
    const due = began + n * EVERY_MS;
    const wait = due - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const speaker = speakers.find(({ said }) => said < EACH);
    if (!speaker) throw new Error('everybody has said what one may');
    const key = randomUUID();
    // From when it was due: who falls behind does not look the better for it.
    sent.set(key, due);
    speaker.said++;
    speaker.socket.send(JSON.stringify({ type: 'say', id: key, thread: speaker.thread, body: `#${key}` }));
  }
  while (sent.size) await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  agent.off('message', hear);
  return took;
}
