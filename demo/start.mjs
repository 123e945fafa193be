/** `npm start` and `npm run start:edge`: everything, on a machine that has Node 20 and npm and nothing else. */
import process from 'node:process';
import { buildAndWeigh, install, runWith, Trouble } from '../build.mjs';

const [host, ...rest] = process.argv.slice(2);
const isEdge = host === 'edge';
try {
  // workerd comes with wrangler, which is a tool.
  install({ tools: isEdge });
  await buildAndWeigh({ budget: false });
  process.exitCode = await runWith(isEdge ? 'demo/edge.ts' : 'demo/main.ts', rest);
} catch (error) {
  console.error(error instanceof Trouble ? error.message : error);
  process.exitCode = 1;
}
