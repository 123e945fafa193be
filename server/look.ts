/**
 * Which thread an agent has before her (D15). Kept with her connection alone, so that it lives exactly as long; of several
 * connections of hers it is what she looked at last that colleagues see.
 */
import type { Looking } from '../protocol/frames.ts';
import type { Id } from '../protocol/messages.ts';
import type { Brand } from './brand.ts';
import type { AgentWho, Connection } from './host.ts';
import { greeted } from './tell.ts';

export function look(brand: Brand, connection: Connection, thread: Id | undefined): void {
  const { looking: before, ...who } = connection.data as AgentWho;
  if (thread === before?.thread || (thread !== undefined && !brand.threads.find(thread))) return;
  connection.data = thread === undefined ? who : { ...who, looking: { thread, at: brand.host.now() } };
  tellColleagues(brand, who.agent);
}

/** Her connection has ended, and with it what she looked at there. */
export function lookAway(brand: Brand, connection: Connection): void {
  const { data } = connection;
  if (data.role === 'agent' && data.looking) tellColleagues(brand, data.agent, connection);
}

/** With an `ok`: what each colleague has before her. */
export function tellLooks(brand: Brand, connection: Connection): void {
  const me = (connection.data as AgentWho).agent;
  const others = greeted(brand.host.connections('agents')).map(({ data }) => data as AgentWho).filter(({ agent, looking }) => looking && agent !== me);
  for (const agent of new Set(others.map((each) => each.agent))) connection.send(lookOf(brand, agent));
}

function tellColleagues(brand: Brand, agent: Id, ended?: Connection): void {
  const frame = lookOf(brand, agent, ended);
  for (const each of greeted(brand.host.connections('agents'))) if ((each.data as AgentWho).agent !== agent) each.send(frame);
}

function lookOf(brand: Brand, agent: Id, ended?: Connection): Looking {
  const looks = brand.host.connections(`a:${agent}`).flatMap((each) => (each !== ended && (each.data as AgentWho).looking) || []);
  const last = looks.sort((a, b) => b.at - a.at)[0];
  return { type: 'look', agent, ...(last ? { thread: last.thread } : {}) };
}
