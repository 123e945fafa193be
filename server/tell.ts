/** Who is told of a change, and in which words: each visitor her own rows, every agent the brand's. */
import type { AgentRow, VisitorRow } from '../protocol/frames.ts';
import type { Id, Message, Rev } from '../protocol/messages.ts';
import type { Brand } from './brand.ts';
import { brandRow } from './brand-row.ts';
import type { Change } from './change.ts';
import type { Connection } from './host.ts';
import { forVisitor, type ThreadRow, toDeskThread, toThread } from './threads.ts';

export function tell(brand: Brand, change: Change): void {
  if (!change.any) return;
  const threads = [...change.threads.values()];
  // Where many spoke at once, first those who hear them all: they would wait until each of the others had been written to.
  if (change.isCrowded) tellAgents(brand, change, threads);
  const said = Map.groupBy(change.messages, ({ thread }) => thread);
  for (const [visitor, hers] of Map.groupBy(threads, (thread) => thread.visitor)) tellVisitor(brand, change.rev, visitor, hers, said);
  if (!change.isCrowded) tellAgents(brand, change, threads);
}

function tellVisitor(brand: Brand, rev: Rev, visitor: Id, hers: ThreadRow[], said: Map<Id, Message[]>): void {
  const connections = greeted(brand.host.connections(`v:${visitor}`));
  if (!connections.length) return;
  const set: VisitorRow[] = [...hers.flatMap(({ id }) => said.get(id) ?? []).map(forVisitor), ...hers.map(toThread)];
  const frame = { type: 'changed', rev, set };
  for (const connection of connections) connection.send(frame);
}

function tellAgents(brand: Brand, change: Change, threads: ThreadRow[]): void {
  const connections = greeted(brand.host.connections('agents'));
  if (!connections.length) return;
  const rev = change.rev;
  const set: AgentRow[] = [
    ...[...change.visitors].flatMap((id) => brand.visitors.find(id) ?? []),
    ...change.messages,
    ...change.entries,
    ...threads.map(toDeskThread),
    ...[...change.agents].flatMap((id) => brand.agents.find(id) ?? []),
    ...(change.brand ? [brandRow(brand)] : []),
    ...[...change.gone].map((id) => ({ kind: 'gone' as const, id, rev })),
  ];
  const frame = { type: 'changed', rev, set };
  for (const connection of connections) connection.send(frame);
}

/** Before its `hi` a client knows no rows, so a difference would mean nothing to it. */
export const greeted = (connections: Connection[]): Connection[] => connections.filter((each) => each.data.greeted);
