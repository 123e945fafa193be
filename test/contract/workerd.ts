/**
 * The edge deployment on this machine, as a process: what `wrangler dev` runs, without its watching of files. A test that
 * builds while another one talks to workerd would restart the other one's server.
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
await unstable_startWorker({
  config, bindings,
  dev: { server: { hostname: '127.0.0.1', port }, inspector: false, persist: dataDir, watch: false, logLevel: 'info' },
});
