/** The engine against the real server: real sockets, real SQLite, a line that is cut again and again. */
import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WebSocket as RealSocket } from 'ws';
import { openDatabase } from '../client/database.ts';
import { startSync, type Sync } from '../client/sync.ts';
import { startTeamSync, type TeamSync } from '../client/team.ts';
import { makeToken } from '../client/token.ts';
import { uuid } from '../client/uuid.ts';
import type { AgentMe, AgentSay, Take, VisitorMe, VisitorSay } from '../protocol/frames.ts';
import type { DeskThread, Id, Thread } from '../protocol/messages.ts';
import { row as agentRow, TO_AGENT } from '../protocol/to-agent.ts';
import { row as visitorRow, TO_VISITOR } from '../protocol/to-visitor.ts';
import { listen } from '../server/hosts/node.ts';
import { FaultyDisk } from './faulty-disk.ts';
import { ask, type FrontDoor, hire, openFrontDoor, SHOP, signInAs } from './front-door.ts';
import { seeded } from './seeded.ts';

const SEED = 7;
/** Nine messages stay below the ten that a visitor may write at once. */
const EACH = 9;
const PATIENCE_MS = 30_000;

type VisitorSync = Sync<Thread, VisitorSay, VisitorMe>;
type AgentSync = TeamSync<DeskThread, AgentSay | Take, AgentMe>;

let door: FrontDoor;
let port: number;
let end: () => Promise<void>;
let open: Set<RealSocket>;
const started: { stop(): void }[] = [];

beforeEach(async () => {
  vi.spyOn(Math, 'random').mockReturnValue(0.05);
  new FaultyDisk().install();
  door = await openFrontDoor({ clock: 'real' });
  const listening = await listen(door.house, door.app, { port: 0, host: '127.0.0.1' });
  port = listening.port;
  end = () => listening.drain();
  open = new Set();
  vi.stubGlobal('window', new EventTarget());
  vi.stubGlobal('document', Object.assign(new EventTarget(), { hidden: false }));
  vi.stubGlobal('WebSocket', class extends RealSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols, { origin: url.endsWith('agent') ? door.house.url : SHOP });
      open.add(this);
      this.on('close', () => open.delete(this));
    }
  });
});
afterEach(async () => {
  for (const each of started.splice(0)) each.stop();
  await end();
  door.close();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function visitor(token: string): VisitorSync {
  const sync = startSync<Thread, VisitorSay, VisitorMe>({
    database: openDatabase('leaveword:acme'), side: 'visitor', frames: TO_VISITOR, row: visitorRow,
    url: `ws://127.0.0.1:${port}/v1/acme/visitor`, protocols: async () => ['chat.v1', `t.${token}`], hi: () => ({ lang: 'en' }),
  });
  started.push(sync);
  sync.connect();
  return sync;
}
async function agent(): Promise<AgentSync> {
  await hire(door, 'mina');
  const cookie = await signInAs(door, 'mina');
  const sync = startTeamSync<DeskThread, AgentSay | Take, AgentMe>({
    database: openDatabase('leaveword-inbox:acme:mina'), side: 'team', frames: TO_AGENT, row: agentRow,
    url: `ws://127.0.0.1:${port}/v1/acme/agent`,
    async protocols() {
      const { ticket } = await (await ask(door, '/v1/acme/desk/ticket', { method: 'POST', cookie })).json() as { ticket: string };
      return ['chat.v1', `t.${ticket}`];
    },
  });
  started.push(sync);
  sync.connect();
  return sync;
}
const until = (wanted: () => boolean) => vi.waitFor(() => { if (!wanted()) throw new Error('not yet'); }, { timeout: PATIENCE_MS, interval: 20 });
const ids = (sync: VisitorSync | AgentSync, thread: Id) => (sync.threads.value.get(thread)?.messages ?? []).map(({ id }) => id);

test('she leaves word, an agent reads and answers, and each sees how far it has come', async () => {
  const thread = uuid();
  const she = visitor(makeToken());
  const question = uuid();
  const fates: string[] = [];
  she.on((each) => { if (each.type === 'fate' && each.id === question) fates.push(each.fate); });
  await she.send({ type: 'say', id: question, thread, body: 'Is the Earl Grey back?' });
  await until(() => ids(she, thread).length === 2);
  expect(she.threads.value.get(thread)!.messages.map(({ by }) => by)).toEqual(['visitor', 'brand']);

  const mina = await agent();
  await until(() => mina.threads.value.has(thread));
  expect(mina.threads.value.get(thread)!.messages).toEqual([]);
  await mina.older(thread);
  expect(ids(mina, thread)).toEqual(ids(she, thread));
  expect([...mina.rows.value.values()].map(({ kind }) => kind).sort()).toEqual(['agent', 'brand', 'visitor']);
  mina.seen(thread, 2);
  await until(() => fates.includes('seen'));
  expect(fates.slice(0, 3)).toEqual(['queued', 'sending', 'sent']);

  const answer = uuid();
  const told: string[] = [];
  mina.on((each) => { if (each.type === 'fate' && each.id === answer) told.push(each.fate); });
  const heard: string[] = [];
  she.on((each) => { if (each.type === 'message') heard.push(each.message.body); });
  mina.mention({ type: 'typing', thread });
  await until(() => she.threads.value.get(thread)!.typing?.name === 'mina');
  await mina.send({ type: 'take', id: uuid(), thread });
  await mina.send({ type: 'say', id: answer, thread, body: 'Since this morning.' });
  await until(() => heard.length === 1);
  expect(she.threads.value.get(thread)!.typing).toBeUndefined();
  expect(she.threads.value.get(thread)!.row!.agent?.name).toBe('mina');
  await until(() => told.includes('delivered'));
  she.seen(thread, 3);
  await until(() => told.includes('seen'));
  expect(mina.pending.value).toEqual([]);
}, PATIENCE_MS);

test(`both write while every line is cut again and again: all of it is there once, in one order for everyone (seed ${SEED})`, async () => {
  const random = seeded(SEED);
  const thread = uuid();
  const token = makeToken();
  const said: Id[] = [];
  const say = async (who: VisitorSync | AgentSync, body: string) => {
    const id = uuid();
    said.push(id);
    await (who as VisitorSync).send({ type: 'say', id, thread, body });
  };
  const [here, there] = [visitor(token), visitor(token)];
  await say(here, 'first');
  await until(() => ids(here, thread).length === 2);
  const mina = await agent();
  await until(() => mina.threads.value.has(thread));
  await mina.older(thread);

  let cuts = 0;
  for (let n = 1; n < EACH; n++) {
    await Promise.all([say(random() < 0.5 ? here : there, `she ${n}`), say(mina, `mina ${n}`)]);
    const isCut = random() < 0.6;
    for (const socket of open) if (isCut && random() < 0.6) {
      socket.terminate();
      cuts++;
    }
    await new Promise((done) => setTimeout(done, random() * 60));
  }
  const everyone = [here, there, mina];
  await until(() => everyone.every((each) => each.pending.value.length === 0 && ids(each, thread).length === said.length + 1));
  expect(cuts).toBeGreaterThan(3);
  const truth = await (await door.house.owner('acme'))!.run((brand) => brand.threads.messagesOf(thread).map(({ id }) => id));
  expect(new Set(truth).size).toBe(truth.length);
  for (const id of said) expect(truth).toContain(id);
  for (const each of everyone) expect(ids(each, thread)).toEqual(truth);

  // Written behind what is shown: given a moment, the disk holds all of it, whichever tab wrote last.
  const next = openDatabase('leaveword:acme');
  await vi.waitFor(async () => {
    const kept = new Map(await next.all());
    expect(truth.map((_, index) => (kept.get(`row:message:${thread}:${index + 1}`) as { id: Id } | undefined)?.id)).toEqual(truth);
    expect([...kept.keys()].filter((key) => key.startsWith('out:'))).toEqual([]);
  }, { timeout: 3_000 });
  next.close();
}, 2 * PATIENCE_MS);
