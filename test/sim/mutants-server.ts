/** Bugs for the server. */
import type { Mutant } from './mutants.ts';

const one = (name: string, file: string, find: string, put: string): Mutant => ({ name, changes: [{ file: `server/${file}`, find, put }] });

export const SERVER_MUTANTS: Mutant[] = [
  one('acknowledged before the commit', 'hosts/node-line.ts', 'this.#owner.later(() => this.#write(frame));', 'this.#write(frame);'),
  {
    name: 'a visitor\'s message comes twice', changes: [
      { file: 'server/hear-visitor.ts', find: "if (said) return again(said, 'visitor', body);", put: '' },
      { file: 'server/schema.ts', find: 'UNIQUE (thread, seq),\n    UNIQUE (thread, id)', put: 'UNIQUE (thread, seq)' },
    ],
  },
  {
    name: 'an agent\'s message comes twice', changes: [
      { file: 'server/desk-acts.ts', find: 'if (said) return said.agent === who.agent', put: 'if (said && !said.rev) return said.agent === who.agent' },
      { file: 'server/schema.ts', find: 'UNIQUE (thread, seq),\n    UNIQUE (thread, id)', put: 'UNIQUE (thread, seq)' },
    ],
  },
  one('a pong to a visitor without the head', 'hear-visitor.ts', "{ type: 'pong', head: brand.threads.visitorHead(who.visitor) }", "{ type: 'pong', head: 0 }"),
  one('a pong to an agent without the head', 'hear-agent.ts', "{ type: 'pong', head: brand.head() }", "{ type: 'pong', head: 0 }"),
  one('a visitor\'s epoch is not looked at', 'hear-visitor.ts', 'hi.epoch === brand.epoch && hi.rev <= brand.head()', 'hi.rev <= brand.head()'),
  one('an agent\'s epoch is not looked at', 'hear-agent.ts', 'frame.epoch === brand.epoch ? frame.rev : 0', 'frame.rev'),
  one('a restored brand keeps its epoch', 'hosts/node-backup.ts', "database.prepare('UPDATE head SET epoch = ?').run(epoch);", ''),
  one('whoever was erased since a copy is back with it', 'hosts/node-backup.ts', 'for (const { hash, at } of erased) remember.run(hash, at);', 'void remember; void erased;'),
  one('erased, and not remembered', 'visitors.ts', "this.#host.sql('INSERT INTO erased VALUES (?, ?) ON CONFLICT (hash) DO NOTHING', id, this.#host.now());", "this.#host.sql('DELETE FROM erased');"),
  {
    name: 'an old timer rings, and nobody looks at the row', changes: [
      { file: 'server/snooze.ts', find: "if (thread?.state !== 'snoozed' || thread.snooze_until === null) return;", put: 'if (!thread) return;' },
      { file: 'server/snooze.ts', find: 'if (thread.snooze_until > now)', put: 'if (thread.snooze_until! > now)' },
      { file: 'server/standing.ts', find: "else if (before.snoozeUntil !== null) brand.jobs.cancel('snooze', thread.id);", put: '' },
    ],
  },
  {
    name: 'a snooze ends early', changes: [
      { file: 'server/snooze.ts', find: "if (thread.snooze_until > now) return brand.jobs.schedule('snooze', thread.snooze_until, id);", put: '' },
      { file: 'server/jobs.ts', find: 'ORDER BY due LIMIT ?\', now, JOBS_AT_ONCE', put: 'ORDER BY due LIMIT ?\', now + 10_000, JOBS_AT_ONCE' },
    ],
  },
  one('the alarm is not set again after it rang', 'jobs.ts', 'job.kind, job.arg);\n      }\n    }\n    this.rearm();', 'job.kind, job.arg);\n      }\n    }'),
  one('the alarm is not set at the start', 'brand.ts', 'this.jobs.rearm();\n  }', '}'),
  one('a job that is done stays due', 'jobs.ts', "this.#host.sql('DELETE FROM job WHERE kind = ? AND arg = ?', job.kind, job.arg);\n          work(job);", 'work(job);'),
  one('a change goes to every visitor', 'tell.ts', `greeted(brand.host.connections(\`v:\${visitor}\`))`, "greeted(brand.host.connections('visitors'))"),
  one('after a commit that failed, memory is believed', 'hosts/node-owner.ts', 'else this.#reset();', 'else if (this.#database.inTransaction) this.#reset();'),
  one('what came in while the disk was full is not answered', 'hosts/node-owner.ts', 'this.#brand.putOff(line, text);', 'void text;'),
  one('after a commit that failed, no alarm', 'hosts/node-owner.ts', 'if (!this.#closed) this.#alarm.retry();', ''),
  one('a message overtakes the one that was refused before it', 'brand.ts', 'if (held?.wait) return', 'if (held?.wait && held.wait < 0) return'),
  one('resuming leaves a thread out', 'threads.ts', "'thread.visitor = ? AND thread.rev > ? ORDER BY", "'thread.visitor = ? AND thread.rev > ? + 1 ORDER BY"),
  one('resuming leaves an agent\'s thread out', 'threads.ts', "'thread.rev > ? ORDER BY thread.rev LIMIT ?'", "'thread.rev > ? + 1 ORDER BY thread.rev LIMIT ?'"),
  one('the wrong number of threads is told of an agent', 'agents.ts', 'for (const id of change.counts) {', 'for (const id of [...change.counts].slice(1)) {'),
  // ---- what the simulation has found
  one('found: a clock set back locks a visitor out', 'rates.ts', 'if (full < known) this.#full.set(key, full);', ''),
  one('found: a greeting that could not be written leaves a line that is good for nothing', 'brand.ts', "if (parsed.frame.type === 'hi') return this.sendAway(connection, CLOSE.tryLater, 'not now', RETRY_LATER_MS);", ''),
  one('found: two honest tabs are sent away for what was on its way', 'brand.ts', 'if (held) this.#refusals.delete(connection);', ''),
  one('found: a message pays each time it could not be kept', 'hear-visitor.ts', 'brand.allowance.paid(who.visitor, frame.id);', ''),
];
