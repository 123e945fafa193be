/** Every kind of line and every frame by chance, in all orders, with a clock that runs and a process that dies in between. */
import { afterEach, expect, test, vi } from 'vitest';
import { DeskRoom, type FakeSocket, signInAgain } from './desk-room.ts';
import { frameByChance, KEPT_SEEDS, problemOf } from './grammar.ts';
import { seeded } from './seeded.ts';

const FRAMES = Number(process.env['FUZZ_FRAMES'] ?? 10_000);
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
vi.setConfig({ testTimeout: Math.max(60_000, FRAMES * 3) });

/** Between two turns of the clock: 300 frames a minute are welcome on one line, and each of these has a ping behind it. */
const AT_ONCE = 40;
const MINUTE_MS = 60_000;
const MAIN = ['visitor', 'visitor', 'visitor', 'agent', 'agent'] as const;

let room: DeskRoom | undefined;
afterEach(() => room?.close());

interface Talk { socket: FakeSocket; role: 'visitor' | 'agent'; greeted: boolean }
const ping = JSON.stringify({ type: 'ping' });

test.each([SEED, ...KEPT_SEEDS])('A24 frames in all orders on lines of visitors and agents, before and after hi: one reply or close each, and the rows are in order (seed %i)', async (seed) => {
  room = await DeskRoom.open();
  const here = room;
  const random = seeded(seed);
  const problems: string[] = [];
  const counts = { frames: 0, first: 0, closed: 0, restarts: 0 };
  let lines: Talk[] = [];

  async function open(role: Talk['role']): Promise<Talk> {
    const greeted = random() < 0.6;
    if (greeted) return { socket: role === 'agent' ? await here.agent(random() < 0.5 ? 'ada' : 'bea') : await here.visitor(`t${Math.floor(random() * 4)}`.padEnd(64, '0')), role, greeted };
    const token = `t${Math.floor(random() * 4)}`.padEnd(64, '0');
    const who = role === 'agent' ? { role, connection: `raw${counts.first}`, agent: 'ada', session: 's-ada', from: 'office' }
      : { role, connection: `raw${counts.first}`, visitor: token.slice(0, 32), token, from: `f${token}` };
    return { socket: here.connect(who), role, greeted };
  }
  /** The first word of a line: an ok, or a bye and the end of it. */
  async function first({ socket }: Talk, text: string): Promise<void> {
    counts.first++;
    await here.hear(socket, text);
    const [answer] = socket.got;
    const isFine = answer?.type === 'ok' || (answer?.type === 'bye' && socket.closed && socket.got.length === 1);
    if (!isFine) problems.push(`first ${text.slice(0, 300)} -> ${JSON.stringify(socket.got).slice(0, 300)}`);
  }
  async function many({ socket }: Talk): Promise<void> {
    const texts = Array.from({ length: AT_ONCE }, () => frameByChance(random));
    const from = socket.got.length;
    for (const text of texts) {
      socket.say(text);
      socket.say(ping);
    }
    await here.settle();
    counts.frames += texts.length;
    let answers: { type: string }[] = [];
    let at = 0;
    for (const frame of socket.got.slice(from)) {
      if (frame.type !== 'pong') {
        answers.push(frame);
        continue;
      }
      const text = texts[at++]!;
      const problem = problemOf(text, answers);
      if (problem) problems.push(problem);
      answers = [];
    }
    if (at < texts.length && !socket.closed) problems.push(`${at} pongs to ${texts.length} pings`);
  }

  await here.agent('ada');
  await here.agent('bea', 'Bea');
  while (counts.frames + counts.first < FRAMES && problems.length < 5) {
    await signInAgain(here);
    lines = lines.filter(({ socket }) => !socket.closed);
    while (lines.length < MAIN.length) {
      const line = await open(MAIN[Math.floor(random() * MAIN.length)]!);
      if (!line.greeted) await first(line, frameByChance(random));
      if (!line.socket.closed) lines.push(line);
      else counts.closed++;
    }
    for (const line of lines) if (!line.socket.closed) await many(line);
    const chance = random();
    if (chance < 0.6) lines.splice(Math.floor(random() * lines.length), 1)[0]?.socket.close(1001);
    else if (chance < 0.7) {
      counts.restarts++;
      await here.restart();
      lines = [];
    }
    await here.pass(chance > 0.9 ? 30 * MINUTE_MS : MINUTE_MS + 1);
    for (const { socket } of lines) socket.got.length = 0;
  }
  console.log(`${counts.frames} frames, ${counts.first} first words, ${counts.restarts} restarts (seed ${seed})`);
  expect(problems, `seed ${seed}`).toEqual([]);
  expect(Math.min(counts.first, counts.closed, counts.restarts), JSON.stringify(counts)).toBeGreaterThan(0);
  expect(here.log.filter(({ event }) => /failed|crashed|damaged/.test(event))).toEqual([]);
  const wrong = await here.do(({ host }) => [
    ...host.sql("SELECT 'hole' AS what, thread FROM message GROUP BY thread HAVING count(*) <> max(seq) OR min(seq) <> 1"),
    ...host.sql("SELECT 'seq' AS what, thread.id FROM thread WHERE seq <> (SELECT max(seq) FROM message WHERE message.thread = thread.id)"),
    ...host.sql("SELECT 'marks' AS what, id FROM thread WHERE visitor_got > seq OR visitor_seen > visitor_got OR team_got > seq OR team_seen > team_got"),
    ...host.sql("SELECT 'held by nobody' AS what, id FROM thread WHERE state = 'assigned' AND agent IS NULL"),
    ...host.sql("SELECT 'snoozed for ever' AS what, id FROM thread WHERE (state = 'snoozed') <> (snooze_until IS NOT NULL)"),
    ...host.sql("SELECT 'no job' AS what, thread.id FROM thread WHERE state = 'snoozed' AND snooze_until NOT IN (SELECT due FROM job WHERE kind = 'snooze' AND arg = thread.id)"),
    ...host.sql('PRAGMA foreign_key_check'),
  ]);
  expect(wrong).toEqual([]);
});
