/**
 * What is billed at the edge for each thing that happens: rows written (an index's rows count, and each setting of the
 * alarm), rows read, statements. Counted by the runtime itself, in the product's own object on this machine.
 */
import { pathToFileURL } from 'node:url';
import type { Cost } from '../test/contract/faulty-edge.ts';
import { type Edge, EdgeRoom } from '../test/contract/edge-room.ts';
import { newId, newToken, say } from '../test/contract/talk.ts';
import type { Row } from './figures.ts';

/** Hers come no faster than she may write. */
const TIMES = 5;
/** Time enough to start counting. */
const SOON_MS = 500;

export async function edgeCost(): Promise<Row[]> {
  const room = await EdgeRoom.open();
  try {
    const rows: Row[] = [];
    const note = (what: string, { rowsWritten, alarms, rowsRead, statements }: Cost): void => {
      rows.push([`edge: ${what}`, `${round(rowsWritten + alarms)} rows written${alarms ? ` (${round(alarms)} of them the alarm)` : ''}, ${round(rowsRead)} read, ${round(statements)} statements`]);
    };
    for (const [what, cost] of await measure(await room.brand('cost'))) note(what, cost);
    return rows;
  } finally {
    await room.close();
  }
}

async function measure(edge: Edge): Promise<[string, Cost][]> {
  const { place } = edge;
  const costs: [string, Cost][] = [];
  const count = async (what: string, work: () => Promise<unknown>, times = 1): Promise<void> => {
    await edge.ask('cost');
    for (let n = 0; n < times; n++) await work();
    const sum = await edge.ask('cost');
    costs.push([what, Object.fromEntries(Object.entries(sum).map(([key, value]) => [key, value / times])) as unknown as Cost]);
  };

  await count('a stranger connects and says hi where nobody is in', () => place.visitor());
  const token = newToken();
  const thread = newId();
  const line = await place.visitor({ token });
  await count('the first message of a visitor, with the auto-reply', () => line.ask(say(thread)));
  const agent = await place.agent(await edge.seat('mina'));
  await line.hear(({ type }) => type === 'presence', 'that Mina is in', 0);
  await count('an agent\'s first answer', () => agent.ask(say(thread)));
  await count('a message of a visitor', () => line.ask(say(thread)), TIMES);
  await count('a message of an agent', () => agent.ask(say(thread)), TIMES);
  const { seq } = await line.ask(say(thread));
  await count('"seen" by an agent', () => agent.say({ type: 'seen', thread, seq }).settled());
  await count('somebody types', async () => {
    const since = line.heard.length;
    agent.say({ type: 'typing', thread });
    await line.hear(({ type }) => type === 'typing', 'typing', since);
  });
  await count('a ping while it is awake', () => line.ask({ type: 'ping' }), TIMES);
  await count('a stranger connects and says hi where an agent is in', () => place.visitor());
  await count('a known visitor comes back', () => place.visitor({ token }));
  await count('… on another page, her line before closed', async () => {
    const gone = await place.visitor({ token });
    gone.drop();
    await agent.settled();
  });
  await count('a page shows the brand\'s card', () => place.ask(`/v1/${edge.id}/card`));
  const rings = edge.log('rings').length;
  await edge.ask('hasten', 'sweep', '', SOON_MS);
  await count('the look after silent connections, every 20 s while an agent is in', () => edge.logged('rings', rings + 1).then(() => agent.settled()));
  await edge.sleep();
  const made = edge.made;
  await agent.settled();
  await edge.logged('made', made + 1);
  const { statements, rowsRead, rowsWritten, alarms, ms } = edge.log('made').at(-1);
  costs.push([`a wake, ${ms} ms`, { statements, rowsRead, rowsWritten, alarms }]);
  return costs;
}

const round = (value: number): number => Math.round(value * 10) / 10;

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const [what, figure] of await edgeCost()) console.log(`${what}: ${figure}`);
}
