/** The settings of the process, out of its environment. What is wrong is named, all of it at once. */
import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { isIP } from 'node:net';
import { dirname, resolve } from 'node:path';
import { EMAIL } from './doors/email.ts';

export interface Config {
  port: number;
  dataDir: string;
  url: string;
  trustedProxy: string[];
  metricsToken?: string;
  /** What the first start calls its brand. */
  brand: string;
  /** Whose the first start's link is; she may also say so herself. */
  ownerEmail?: string;
}

export class BadConfig extends Error {
  readonly problems: string[];
  constructor(problems: string[]) {
    super(`Leaveword cannot start with these settings:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

const PORT = 8_787;
const PORT_LAST = 65_535;
const METRICS_TOKEN_CHARS = 16;

/** @throws BadConfig */
export function readConfig(env: Record<string, string | undefined>): Config {
  const problems: string[] = [];
  const read = <T>(name: string, otherwise: string, check: (text: string) => T | Problem): T | undefined => {
    const value = check(env[name] || otherwise);
    if (!(value instanceof Problem)) return value;
    problems.push(`${name} ${value.words}${env[name] ? `, and is ${JSON.stringify(env[name])}` : ''}`);
    return undefined;
  };
  const port = read('PORT', String(PORT), readPort);
  const config = {
    port,
    dataDir: read('DATA_DIR', './data', readDir),
    url: read('PUBLIC_URL', `http://localhost:${port ?? PORT}`, readUrl),
    trustedProxy: read('TRUSTED_PROXY', '', readNetworks),
    metricsToken: read('METRICS_TOKEN', '', readToken),
    brand: read('BRAND', 'demo', readBrand),
    ownerEmail: read('OWNER_EMAIL', '', readEmail),
  };
  if (problems.length) throw new BadConfig(problems.map(hideTokens));
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined)) as unknown as Config;
}

class Problem {
  readonly words: string;
  constructor(words: string) {
    this.words = words;
  }
}

/** A token is a secret even when it is a bad one. */
const hideTokens = (problem: string): string => problem.startsWith('METRICS_TOKEN') ? problem.replace(/, and is .*$/, '') : problem;

function readPort(text: string): number | Problem {
  const port = Number(text);
  return /^\d+$/.test(text) && port >= 1 && port <= PORT_LAST ? port : new Problem(`must be a port from 1 to ${PORT_LAST}`);
}

function readDir(text: string): string | Problem {
  const dir = resolve(text);
  try {
    makeDir(dir);
    accessSync(dir, constants.R_OK | constants.W_OK | constants.X_OK);
    return dir;
  } catch (error) {
    return new Problem(`must be a folder that can be made and written (${(error as NodeJS.ErrnoException).code})`);
  }
}

/** Level by level: `recursive` never comes back where a parent is there and takes no folders, like /proc (Node 24). */
function makeDir(dir: string): void {
  if (existsSync(dir)) return;
  if (dirname(dir) !== dir) makeDir(dirname(dir));
  mkdirSync(dir, { mode: 0o700 });
}

function readUrl(text: string): string | Problem {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isOrigin = url && (url.protocol === 'https:' || url.protocol === 'http:') && url.pathname === '/' && !url.search && !url.hash
    && !url.username && !url.password && url.hostname !== '';
  return isOrigin ? url.origin : new Problem('must be where people reach this server, like https://chat.example, without a path');
}

function readNetworks(text: string): string[] | Problem {
  const networks = text.split(/[\s,]+/).filter(Boolean);
  const bad = networks.find((network) => !isNetwork(network));
  return bad === undefined ? networks : new Problem(`must be addresses or networks like 10.0.0.0/8, and ${JSON.stringify(bad)} is none`);
}

function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return most > 0 && more.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most));
}

function readToken(text: string): string | undefined | Problem {
  if (!text) return undefined;
  return text.length >= METRICS_TOKEN_CHARS ? text : new Problem(`must have at least ${METRICS_TOKEN_CHARS} characters`);
}

function readBrand(text: string): string | Problem {
  return /^[a-z0-9][a-z0-9-]{0,39}$/.test(text) ? text : new Problem('must be 1 to 40 small letters, digits and dashes');
}

function readEmail(text: string): string | undefined | Problem {
  if (!text) return undefined;
  return EMAIL(text) === undefined ? text : new Problem('must be an email address');
}
