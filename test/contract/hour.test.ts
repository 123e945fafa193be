import { beforeAll, describe, expect, it } from 'vitest';
import { FROM_AGENT, FROM_VISITOR } from '../../protocol/from-clients.ts';
import { TO_AGENT } from '../../protocol/to-agent.ts';
import { type Served, serveEdge, serveNode } from './hosts.ts';
import { type Hour, playHour } from './hour.ts';
import { differences } from './transcript.ts';

const NAMES: [string, string] = ['Node', 'workerd'];
/** The start of workerd and the script, on a busy machine; its last step waits ten seconds for somebody to be away. */
const PLAY_MS = 120_000;

describe('a scripted hour of two visitors and two agents', () => {
  let [node, workerd]: Hour[] = [];
  beforeAll(async () => {
    [node, workerd] = await Promise.all([play(serveNode()), play(serveEdge())]);
  }, PLAY_MS);

  it('tells everybody the same on both hosts, frame by frame, but for ids and times', () => {
    expect(differences(node!.told, workerd!.told, NAMES).join('\n\n')).toBe('');
  });

  it('holds every frame of the protocol, and enough of them', () => {
    const { told, said } = node!;
    expect([...said.byVisitors].sort()).toEqual(expect.arrayContaining(Object.keys(FROM_VISITOR).sort()));
    expect([...said.byAgents].sort()).toEqual(expect.arrayContaining(Object.keys(FROM_AGENT).sort()));
    const heard = new Set(Object.values(told).flat().map(({ type }) => type));
    expect([...heard]).toEqual(expect.arrayContaining(Object.keys(TO_AGENT)));
    expect(Object.values(told).flat().length).toBeGreaterThan(250);
    expect(told['Those who went']).toHaveLength(7);
  });

  it('would be found to differ by one frame that is missing, one that came too early, or one word', () => {
    const { told } = node!;
    const ada = told['Ada']!;
    const at = ada.findIndex(({ type }, n) => type === 'ack' && ada[n + 1]!['type'] !== 'ack');
    const without = { ...told, Ada: ada.toSpliced(at, 1) };
    const swapped = { ...told, Ada: ada.with(at, ada[at + 1]!).with(at + 1, ada[at]!) };
    const reworded = { ...told, Ada: ada.with(at, { ...ada[at], id: 'another' }) };
    const less = Object.fromEntries(Object.entries(told).filter(([part]) => part !== 'Bea'));
    expect(differences(told, structuredClone(told), NAMES)).toEqual([]);
    for (const planted of [without, swapped, reworded]) expect(differences(told, planted, NAMES)).toEqual([expect.stringContaining(`Ada, entry ${at + 1} of ${ada.length}`)]);
    expect(differences(told, less, NAMES)).toEqual([expect.stringContaining('Bea, entry 1')]);
  });
});

async function play(starting: Promise<Served>): Promise<Hour> {
  const served = await starting;
  try {
    return await playHour(served);
  } catch (error) {
    throw new Error(`on ${served.name}: ${(error as Error).message}\n${served.output().slice(-2_000)}`, { cause: error });
  } finally {
    await served.close();
  }
}
