/** One conversation over lines that are cut: the real engine on both sides, and the real server. */
import { vi } from 'vitest';
import { WebSocket as RealSocket } from 'ws';
import { openDatabase } from '../../client/database.ts';
import { startSync, type Sync } from '../../client/sync.ts';
import { startTeamSync, type TeamSync } from '../../client/team.ts';
import { makeToken } from '../../client/token.ts';
import { uuid } from '../../client/uuid.ts';
import type { AgentMe, AgentSay, Take, VisitorMe, VisitorSay } from '../../protocol/frames.ts';
import type { DeskThread, Id, Thread } from '../../protocol/messages.ts';
import { row as agentRow, TO_AGENT } from '../../protocol/to-agent.ts';
import { row as visitorRow, TO_VISITOR } from '../../protocol/to-visitor.ts';
import { listen } from '../../server/hosts/node.ts';
import { ask, type FrontDoor, hire, openFrontDoor, SHOP, signInAs } from '../front-door.ts';
import { type Cut, CuttingLine } from './cutting-line.ts';

const PATIENCE_MS = 60_000;
type Visitor = Sync<Thread, VisitorSay, VisitorMe>;
type Agent = TeamSync<DeskThread, AgentSay | Take, AgentMe>;

export interface Stage { door: FrontDoor; port: number; end(): Promise<void> }
/** Ports of lines, and from where who comes over them seems to come: rates are by address. */
const addressOf = new Map<string, string>();
let addresses = 0;
/** @returns the port, over which somebody new comes now */
export function comeFrom(port: number): number {
  addressOf.set(String(port), `10.${++addresses >> 16 & 255}.${addresses >> 8 & 255}.${addresses & 255}`);
  return port;
}

/** Browser globals have to be stubbed: the engine is a browser's. */
export async function openStage(): Promise<Stage> {
  const door = await openFrontDoor({ clock: 'real' });
  const listening = await listen(door.house, door.app, { port: 0, host: '127.0.0.1', trustedProxy: ['127.0.0.1'] });
  vi.stubGlobal('window', new EventTarget());
  vi.stubGlobal('document', Object.assign(new EventTarget(), { hidden: false }));
  vi.stubGlobal('WebSocket', class extends RealSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols, { origin: url.endsWith('agent') ? door.house.url : SHOP, headers: { 'x-forwarded-for': addressOf.get(new URL(url).port)! } });
      this.on('error', () => undefined);
    }
  });
  await hire(door, 'mina');
  return {
    door, port: listening.port,
    async end() {
      await listening.drain();
      door.close();
    },
  };
}

export const visitorOn = (port: number, name: string): Visitor => {
  const token = makeToken();
  return startSync<Thread, VisitorSay, VisitorMe>({
    database: openDatabase(`leaveword:${name}`), side: 'visitor', frames: TO_VISITOR, row: visitorRow,
    url: `ws://127.0.0.1:${port}/v1/acme/visitor`, protocols: async () => ['chat.v1', `t.${token}`], hi: () => ({ lang: 'en' }),
  });
};
const agentOn = ({ door }: Stage, cookie: string, port: number, name: string): Agent => startTeamSync<DeskThread, AgentSay | Take, AgentMe>({
  database: openDatabase(`leaveword-inbox:${name}:mina`), side: 'team', frames: TO_AGENT, row: agentRow,
  url: `ws://127.0.0.1:${port}/v1/acme/agent`,
  async protocols() {
    const answer = await ask(door, '/v1/acme/desk/ticket', { method: 'POST', cookie });
    if (!answer.ok) throw new Error(`no ticket: ${answer.status}`);
    const { ticket } = await answer.json() as { ticket: string };
    return ['chat.v1', `t.${ticket}`];
  },
});

const until = (wanted: () => boolean, what: string) =>
  vi.waitFor(() => { if (!wanted()) throw new Error(`still waiting for ${what}`); }, { timeout: PATIENCE_MS, interval: 10 });
const ids = (sync: Visitor | Agent, thread: Id): Id[] => (sync.threads.value.get(thread)?.messages ?? []).map(({ id }) => id);

export interface Held { hasCut: boolean; frames: { up: number; down: number }; problems: string[] }
export type Whose = 'visitor' | 'agent';

/** She says three things, an agent answers once, and both see it; over whose line the cut is. @returns what is not as it should be */
export async function converse(stage: Stage, whose: Whose, cut?: Cut): Promise<Held> {
  const lines = { visitor: new CuttingLine(stage.port, whose === 'visitor' ? cut : undefined), agent: new CuttingLine(stage.port, whose === 'agent' ? cut : undefined) };
  const name = uuid();
  const ports = { visitor: comeFrom(await lines.visitor.open()), agent: comeFrom(await lines.agent.open()) };
  // Signed in anew each time: one session may connect thirty times a minute.
  const [she, mina] = [visitorOn(ports.visitor, name), agentOn(stage, await signInAs(stage.door, 'mina'), ports.agent, name)];
  const problems: string[] = [];
  try {
    const thread = uuid();
    const said: Id[] = [];
    const told = new Map<string, number>();
    const note = (who: string) => (each: { type: string; message?: { id: Id } }) => {
      if (each.type === 'message') told.set(`${who} ${each.message!.id}`, (told.get(`${who} ${each.message!.id}`) ?? 0) + 1);
    };
    she.on(note('she'));
    mina.on(note('mina'));
    const say = (who: Visitor | Agent, body: string) => {
      const id = uuid();
      said.push(id);
      return (who as Visitor).send({ type: 'say', id, thread, body });
    };
    she.connect();
    mina.connect();
    await Promise.all([say(she, 'first'), say(she, 'second')]);
    await until(() => she.pending.value.length === 0 && mina.threads.value.has(thread), 'her first words');
    await say(mina, 'an answer');
    await until(() => mina.pending.value.length === 0 && ids(she, thread).includes(said[2]!), 'the answer');
    she.seen(thread, ids(she, thread).length);
    await say(she, 'third');
    await until(() => she.pending.value.length === 0, 'her last word');
    const truth = await (await stage.door.house.owner('acme'))!.run((brand) => brand.threads.messagesOf(thread).map(({ id }) => id));
    await until(() => ids(she, thread).length >= truth.length, 'all of it to be with her');
    await until(() => mina.threads.value.get(thread)!.row!.seq === truth.length, 'all of it to be known to the agent');
    // A page that was cut off is asked for again by whoever still looks for it.
    await until(() => {
      void mina.older(thread);
      return ids(mina, thread).length >= truth.length;
    }, 'all of it to be with the agent');
    if (new Set(truth).size !== truth.length) problems.push('the server has something twice');
    for (const id of said) if (!truth.includes(id)) problems.push(`${id} is lost`);
    for (const [who, sync] of [['she', she], ['mina', mina]] as const) if (ids(sync, thread).join() !== truth.join()) problems.push(`${who} holds ${ids(sync, thread).join()} and the server ${truth.join()}`);
    for (const [what, times] of told) if (times > 1) problems.push(`${what} was told ${times} times`);
  } catch (error) {
    problems.push((error as Error).message);
  }
  for (const each of [she, mina]) each.stop();
  for (const line of Object.values(lines)) line.close();
  return { hasCut: lines[whose].hasCut, frames: lines[whose].frames, problems };
}
