/**
 * Asks the registry whether anything we stand on has a known hole: `npm run advisories`. Not part of `npm test`, for it needs
 * the network and changes its mind while nothing of ours has changed.
 *
 * Ends with 0 when nothing that runs for a user has a high or critical one, with 1 when something has, with 2 when nobody could be asked.
 */
import { spawnSync } from 'node:child_process';
import { ROOT } from './lock.ts';

interface Finding { severity: string; via: (string | { title: string; url: string })[]; isDirect: boolean; range: string }
interface Audit { vulnerabilities?: Record<string, Finding>; error?: { summary?: string }; message?: string }

const SERIOUS = ['high', 'critical'];

function ask(...omit: string[]): Audit {
  const { stdout } = spawnSync('npm', ['audit', '--json', ...omit], { cwd: ROOT, encoding: 'utf8', shell: process.platform === 'win32' });
  try {
    return JSON.parse(stdout) as Audit;
  } catch {
    return { message: 'npm gave no answer that can be read' };
  }
}

function lines(found: Record<string, Finding>): string[] {
  return Object.entries(found).map(([name, { severity, range, via }]) => {
    const why = via.map((each) => (typeof each === 'string' ? `by ${each}` : `${each.title} ${each.url}`)).join('; ');
    return `${severity.padEnd(8)} ${name} ${range}: ${why}`;
  });
}

const [running, everything] = [ask('--omit=dev'), ask()];
if (!running.vulnerabilities || !everything.vulnerabilities) {
  console.error(`The registry could not be asked for advisories: ${running.message ?? everything.message ?? 'no reason given'}. A mirror may not offer them: ask the public registry itself.`);
  process.exitCode = 2;
} else {
  const serious = Object.entries(running.vulnerabilities).filter(([, { severity }]) => SERIOUS.includes(severity));
  console.log(lines(everything.vulnerabilities).join('\n') || 'No known advisories.');
  console.log(`\n${serious.length} high or critical in what runs for a user, ${Object.keys(everything.vulnerabilities).length} of any kind in all.`);
  process.exitCode = serious.length ? 1 : 0;
}
