/** `npm start`: everything, on a machine that has Node 20 and npm and nothing else. */
import { existsSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { buildAndWeigh, install, runWith, Trouble } from '../build.mjs';

/** How long after npm is gone we may still be there. */
const NOTICE_MS = 500;

// npm puts a shell between itself and us, and that shell passes no signal on: we go when either of them has gone.
const above = parents();
if (process.env.npm_lifecycle_event) {
  setInterval(() => {
    if (parents() !== above) process.kill(process.pid, 'SIGTERM');
  }, NOTICE_MS).unref();
}

/** Our parent, and where the system tells it also its parent. */
function parents() {
  const stat = `/proc/${process.ppid}/stat`;
  return `${process.ppid} ${existsSync(stat) ? readFileSync(stat, 'utf8').split(') ').at(-1).split(' ')[1] : ''}`;
}

try {
  install();
  await buildAndWeigh({ budget: false });
  process.exitCode = await runWith('demo/main.ts', process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Trouble ? error.message : error);
  process.exitCode = 1;
}
