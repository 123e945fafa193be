/** How this process and its disk are: what `/readyz` and `/metrics` are told. */
import { statfsSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { DatabaseSync } from 'node:sqlite';
import type { Probe, Vitals } from '../doors/health.ts';
import type { Figure } from '../doors/metrics.ts';
import type { NodeHouse } from './node.ts';

/** Whoever asks more often than this is told the same again: each look is a write to the disk. */
const LOOK_EVERY_MS = 1_000;
const SHORT_MS = 2_000;

export interface NodeVitals extends Required<Vitals> { close(): void }

export function nodeVitals(house: NodeHouse, dataDir: string): NodeVitals {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  let database: DatabaseSync | undefined;
  let last: { at: number; probe: Probe } | undefined;

  function look(): Probe {
    const started = performance.now();
    let writeProblem: string | undefined;
    let sqlite = process.versions['sqlite'] ?? '0';
    try {
      database ??= new DatabaseSync(join(dataDir, 'probe.sqlite'), { timeout: SHORT_MS });
      database.exec('PRAGMA synchronous = FULL; CREATE TABLE IF NOT EXISTS probe (one INTEGER PRIMARY KEY, at INTEGER NOT NULL) STRICT');
      database.prepare('INSERT INTO probe VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET at = excluded.at').run(Math.round(started));
      database.exec('BEGIN IMMEDIATE; DELETE FROM probe; ROLLBACK');
      sqlite = (database.prepare('SELECT sqlite_version() AS version').get() as { version: string }).version;
    } catch (error) {
      // A disk that refuses is what this looks for. Opened again next time: it may be another disk by then.
      const { errcode, code } = error as { errcode?: number; code?: string };
      writeProblem = String(errcode ?? code ?? 'unknown');
      database?.close();
      database = undefined;
    }
    const disk = statfsSync(dataDir);
    return {
      ...(writeProblem ? { writeProblem } : {}), writeMs: performance.now() - started, sqlite,
      diskFree: disk.bavail * disk.bsize, diskSize: disk.blocks * disk.bsize,
    };
  }

  return {
    async probe() {
      const now = performance.now();
      if (!last || now - last.at > LOOK_EVERY_MS) last = { at: now, probe: look() };
      return last.probe;
    },
    figures: () => figures(house, dataDir, delay.percentile(99) / 1e9),
    close() {
      delay.disable();
      database?.close();
      database = undefined;
    },
  };
}

function figures(house: NodeHouse, dataDir: string, lagSeconds: number): Figure[] {
  const owners = house.open();
  const disk = statfsSync(dataDir);
  const sum = (of: (owner: (typeof owners)[number]) => number) => owners.reduce((total, owner) => total + of(owner), 0);
  const gauge = (name: string, help: string, value: number): Figure => ({ name: `leaveword_${name}`, help, type: 'gauge', values: [{ value }] });
  return [
    { name: 'leaveword_commits_total', help: 'Commits, each with all that one turn of the event loop brought.', type: 'counter', values: [{ value: sum((owner) => owner.commits) }] },
    {
      name: 'leaveword_sockets', help: 'Open WebSockets.', type: 'gauge',
      values: ['visitors', 'agents'].map((role) => ({ labels: { role }, value: sum((owner) => owner.connections(role).length) })),
    },
    gauge('brands_open', 'Brands in memory.', owners.length),
    gauge('disk_full', '1 while a brand has found the disk full.', owners.some((owner) => owner.full) ? 1 : 0),
    gauge('disk_free_bytes', 'Free on the disk of the data folder.', disk.bavail * disk.bsize),
    gauge('event_loop_lag_seconds', 'The 99th percentile since the start.', Number.isFinite(lagSeconds) ? lagSeconds : 0),
    gauge('resident_bytes', 'Memory of the process.', process.memoryUsage.rss()),
    gauge('uptime_seconds', 'Since the start.', Math.round(process.uptime())),
    gauge('draining', '1 while it shuts down.', house.draining ? 1 : 0),
  ];
}
