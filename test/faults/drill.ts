/**
 * The drill: a server under load is copied while it runs, goes on, and dies. The copy is put in the place of what was lost, in a new
 * folder, and everybody who was there comes back to it by herself.
 */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { makeToken } from '../../client/token.ts';
import { uuid } from '../../client/uuid.ts';
import { hashOf } from '../../server/doors/secrets.ts';
import { run } from '../process.ts';
import { beBrowser, beOnline, visit, type Visitor } from './browser-globals.ts';
import { BRAND, databaseIn, newHouse, SHOP, Victim } from './victim.ts';
import { findIn, Voice } from './voice.ts';

/** With an open line each; one address may say sixty a minute. */
const GUESTS = 4;
const BEFORE = 3;
const AFTER = 2;
const PATIENCE_MS = 60_000;
const LOOK_MS = 20;

export interface Drilled {
  /** In order: what was looked at, and what was not as it should be. */
  steps: { name: string; problems: string[]; ms: number }[];
  /** Said over HTTP between copy and death, by nobody who holds it: what a copy of that age costs. */
  sinceCopy: number;
  backAfterMs: number;
}

interface Guest { name: string; token: string; thread: string; sync: Visitor; said: string[] }

export async function drill(tell: (line: string) => void = () => undefined): Promise<Drilled> {
  beBrowser(SHOP);
  const steps: Drilled['steps'] = [];
  const step = async <T>(name: string, work: (problem: (what: string) => void) => Promise<T> | T): Promise<T> => {
    const [began, problems] = [Date.now(), [] as string[]];
    const result = await work((what) => problems.push(what));
    steps.push({ name, problems, ms: Date.now() - began });
    tell(`${problems.length ? '✗' : '✓'} ${name} (${Date.now() - began} ms)${problems.map((each) => `\n    ${each}`).join('')}`);
    return result;
  };
  const [oldPlace, newPlace, copies] = [await newHouse(), ...['place', 'copies'].map((name) => mkdtempSync(join(tmpdir(), `leaveword-drill-${name}-`)))] as [string, string, string];
  const admin = async (dataDir: string, ...words: string[]): Promise<string> => {
    const { code, out, err } = await run('admin.ts', words, { DATA_DIR: dataDir });
    if (code !== 0) throw new Error(`admin ${words.join(' ')}: ${err}`);
    return out.trim();
  };
  const first = await Victim.in({ dataDir: oldPlace });
  const second = await Victim.in({ dataDir: newPlace, port: first.port });
  const guests: Guest[] = [];
  let isLoaded = true;
  try {
    await first.start();
    const url = `http://127.0.0.1:${first.port}`;
    for (let n = 0; n < GUESTS; n++) {
      const token = makeToken();
      guests.push({ name: `guest ${n}`, token, thread: uuid(), sync: visit(url, BRAND, `drill ${n}`, token), said: [] });
    }
    const forgotten = new Voice(first.port);
    const load = new Voice(first.port);
    const loading = (async () => { while (isLoaded) await load.say(load.next(), () => !isLoaded); })();

    await step('people write, and one of them will be erased', async () => {
      for (const guest of guests) await say(guest, BEFORE);
      await forgotten.say(forgotten.next('forget me'));
      await until(() => guests.every(isSettled), 'everybody to be answered');
    });
    const copy = await step('a copy is made while they write', () => admin(oldPlace, 'backup', BRAND, copies));
    const atCopy = load.acked.size;
    await step('they go on; one is erased', async () => {
      for (const guest of guests) await say(guest, AFTER);
      await until(() => guests.every(isSettled), 'everybody to be answered');
      await admin(oldPlace, 'erase', BRAND, (await hashOf(forgotten.token)).slice(0, 32));
    });
    isLoaded = false;
    await loading;
    const sinceCopy = load.acked.size - atCopy;
    const epoch = read<{ epoch: string }>(databaseIn(oldPlace), 'SELECT epoch FROM head')!.epoch;
    await first.end('SIGKILL');
    const died = Date.now();

    await step('the copy is put into a new place, beside what can still be read of the old: its ledger of the erased', async (problem) => {
      mkdirSync(dirname(databaseIn(newPlace)), { recursive: true, mode: 0o700 });
      for (const rest of ['', '-wal']) if (existsSync(databaseIn(oldPlace) + rest)) copyFileSync(databaseIn(oldPlace) + rest, databaseIn(newPlace) + rest);
      await admin(newPlace, 'restore', BRAND, copy);
      if (read<{ epoch: string }>(databaseIn(newPlace), 'SELECT epoch FROM head')!.epoch === epoch) problem('the epoch is the old one');
    });
    await step('it is whole, and older than what was acknowledged last', (problem) => {
      const { broken } = findIn(databaseIn(newPlace), new Map(), new Map([...load.said, ...forgotten.said, ...allOf(guests)]));
      for (const each of broken) problem(each);
      const there = read<{ n: number }>(databaseIn(newPlace), `SELECT count(*) AS n FROM message WHERE body LIKE 'guest %'`)!.n;
      if (there !== GUESTS * BEFORE) problem(`${there} of the guests' messages are in the copy, ${GUESTS * BEFORE} were said before it`);
    });
    await step('whoever was erased since stays erased', async (problem) => {
      if (read(databaseIn(newPlace), `SELECT 1 FROM message WHERE body = 'forget me'`)) problem('what she said is back');
      if (!read(databaseIn(newPlace), 'SELECT 1 FROM erased WHERE hash = ?', await hashOf(forgotten.token))) problem('the ledger does not know her');
    });
    await step('it starts, and takes a message', async (problem) => {
      await second.start();
      if (!await new Voice(second.port).say()) problem('it was not taken');
      const fate = await forgotten.post(forgotten.next('me again'));
      if (!('refused' in fate) || fate.refused !== 'unauthorized') problem(`who was erased got ${JSON.stringify(fate)}`);
    });
    await step('everybody comes back by herself, begins anew and offers again what she holds (S4, S5, I15)', async (problem) => {
      beOnline();
      const rows = () => readAll<{ thread: string; id: string; seq: number }>(databaseIn(newPlace), 'SELECT thread, id, seq FROM message ORDER BY thread, seq');
      const has = (guest: Guest) => { const there = new Set(rows().map(({ id }) => id)); return guest.said.every((id) => there.has(id)); };
      await until(() => guests.every((guest) => isSettled(guest) && has(guest)), 'everything that was held to be there again').catch((error: Error) => problem(error.message));
      await until(() => guests.every((guest) => held(guest).join() === rows().filter(({ thread }) => thread === guest.thread).map(({ id }) => id).join()), 'all logs to be the same').catch((error: Error) => problem(error.message));
      const all = rows().map(({ id, thread }) => `${thread} ${id}`);
      if (new Set(all).size !== all.length) problem('something is there twice');
    });
    return { steps, sinceCopy, backAfterMs: Date.now() - died };
  } finally {
    isLoaded = false;
    for (const { sync } of guests) sync.stop();
    await first.end('SIGKILL');
    await second.end('SIGKILL');
    for (const dir of [newPlace, copies]) rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function say(guest: Guest, times: number): Promise<void> {
  for (let n = 0; n < times; n++) {
    const id = uuid();
    guest.said.push(id);
    await guest.sync.send({ type: 'say', id, thread: guest.thread, body: `${guest.name}, ${guest.said.length}` });
  }
}
const held = ({ sync, thread }: Guest): string[] => (sync.threads.value.get(thread)?.messages ?? []).map(({ id }) => id);
const isSettled = (guest: Guest): boolean => guest.sync.line.value === 'on' && guest.sync.pending.value.length === 0 && guest.said.every((id) => held(guest).includes(id));
const allOf = (guests: Guest[]) => guests.flatMap(({ said, thread, name }) => said.map((id, n): [string, { id: string; thread: string; body: string }] => [id, { id, thread, body: `${name}, ${n + 1}` }]));

function readAll<Row>(file: string, query: string, ...params: string[]): Row[] {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return database.prepare(query).all(...params) as Row[];
  } finally {
    database.close();
  }
}
const read = <Row>(file: string, query: string, ...params: string[]): Row | undefined => readAll<Row>(file, query, ...params)[0];

async function until(isSo: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error(`waited ${PATIENCE_MS} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
