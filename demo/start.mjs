/** `npm start`: everything, on a machine that has Node 20 and npm and nothing else. */
import process from 'node:process';
import { buildAndWeigh, install, runWith, Trouble } from '../build.mjs';

try {
  install();
  await buildAndWeigh({ budget: false });
  process.exitCode = await runWith('demo/main.ts', process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Trouble ? error.message : error);
  process.exitCode = 1;
}
