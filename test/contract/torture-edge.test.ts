import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { serveEdge } from './hosts.ts';
import { tormented } from './torture.ts';

const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
/** Starts of workerd on a busy machine, one for each kill. */
const TEST_MS = 180_000;

describe('an edge server that is killed while everybody writes', () => {
  it('has all that anybody was told is safe, once, in one order for everyone, and takes what was pending', async () => {
    const outcome = await tormented('workerd', serveEdge(), { kills: 4, seed: SEED });
    expect([...outcome.lost, ...outcome.broken]).toEqual([]);
    expect(outcome.acked).toBe(outcome.said);
    expect(outcome.pending, 'messages that a kill has come upon').toBeGreaterThan(4);
  }, TEST_MS);

  it('is found to have lost some where it answers first and writes later: this test is not blind', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'leaveword-no-gate-'));
    try {
      const outcome = await tormented('workerd that answers first', serveEdge({ config: configOf(dir) }), { kills: 1, uponAnswers: true, seed: SEED });
      expect(outcome.lost.length).toBeGreaterThan(0);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  }, TEST_MS);
});

const pathOf = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** What is deployed, but for the class of its objects. */
function configOf(dir: string): string {
  const before = readFileSync(pathOf('../../wrangler.jsonc'), 'utf8');
  const after = before.replace('"server/hosts/cloudflare.ts"', JSON.stringify(pathOf('no-gate-edge.ts'))).replace('"directory": "dist"', `"directory": ${JSON.stringify(pathOf('../../dist'))}`);
  if (!after.includes('no-gate-edge.ts')) throw new Error('wrangler.jsonc names another main file now');
  const file = join(dir, 'wrangler.jsonc');
  writeFileSync(file, after);
  return file;
}
