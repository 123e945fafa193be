/**
 * Leaveword at the edge, on this machine and as a process: what `wrangler dev` runs, without its watching of files, for a
 * build must not restart whoever is talking to it. It goes when whoever started it does.
 */
import { unstable_startWorker } from 'wrangler';

export interface WorkerdOptions {
  config: string;
  port: number;
  dataDir: string;
  vars: Record<string, string>;
}

const { config, port, dataDir, vars } = JSON.parse(process.argv[2]!) as WorkerdOptions;
const bindings = Object.fromEntries(Object.entries(vars).map(([name, value]) => [name, { type: 'plain_text' as const, value }]));
const worker = await unstable_startWorker({
  config, bindings,
  dev: { server: { hostname: '127.0.0.1', port }, inspector: false, persist: dataDir, watch: false, logLevel: 'log' },
});
await worker.ready;
process.send?.('ready');

const end = (): void => { worker.dispose().then(() => process.exit(0)); };
process.once('SIGTERM', end);
process.once('disconnect', end);
