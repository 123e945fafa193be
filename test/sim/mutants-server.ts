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
  one('a visitor\'s epoch is not looked at', 'hear-visitor.ts', 'me && hi.epoch === brand.epoch && hi.rev <= brand.head()', 'me && hi.rev <= brand.head()'),
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
  one('a change brings the threads of others', 'tell.ts', 'tellVisitor(brand, change.rev, visitor, hers, said)', 'tellVisitor(brand, change.rev, visitor, threads, said)'),
  one('a visitor is told nothing of a change', 'tell.ts', 'const set: VisitorRow[] =', 'if (rev) return;\n  const set: VisitorRow[] ='),
  one('what was to leave leaves also after a commit that failed', 'hosts/node-owner.ts', 'const tellWaiting = this.leaving.drop();', 'this.leaving.leave();\n    const tellWaiting = this.leaving.drop();'),
  // ---- messages that come in together
  one('together: what is kept of a row outlives a change of it', 'burst.ts', 'for (const id of change.threads.keys()) this.#threads.delete(id);', ''),
  one('together: what is kept of rows outlives a batch that failed', 'burst.ts', 'if (rev !== this.#rev || this.#settings !== brand.settings', 'if (this.#settings !== brand.settings'),
  {
    name: 'together: what is said again is taken twice', changes: [
      { file: 'server/burst.ts', find: 'const said = this.#mayRepeat(connection) && threads.said(thread.id, frame.id);', put: 'const said = undefined as any;' },
      { file: 'server/schema.ts', find: 'UNIQUE (thread, seq),\n    UNIQUE (thread, id)', put: 'UNIQUE (thread, seq)' },
    ],
  },
  one('together: those that failed have paid', 'burst.ts', 'if (isNew) brand.allowance.giveBack(connection.data as VisitorWho);', 'void [connection, isNew];'),
  one('together: acknowledged before the commit', 'burst.ts', 'for (const { connection, reply } of answers) brand.answer(connection, reply);', 'for (const { connection, reply } of answers) (connection as any).socket.send(JSON.stringify(reply));'),
  one('together: those that failed are not heard one by one', 'hosts/node-hearing.ts', 'this.#apart = this.#heard.length;', 'this.#taken = this.#apart = this.#heard.length;'),
  one('together: what was taken before a commit that failed is not heard again', 'hosts/node-hearing.ts', 'const heard = this.#heard;\n    this.#heard = [];', 'const heard = this.#heard.slice(this.#taken);\n    this.#heard = [];'),
  one('together: a message overtakes the one that was refused before it', 'burst.ts', 'if (this.#brand.holds.holdsUp(connection)) return false;', ''),
  one('together: nobody is told', 'tell.ts', 'if (!change.any) return;', 'if (!change.any || change.messages.length > 1) return;'),
  // ---- what the simulation has found
  one('found: a clock set back locks a visitor out', 'rates.ts', 'if (full < known) this.#full.set(key, full);', ''),
  {
    // The page asks again, too, after what has no id is refused: with that alone each greeting is still answered, only later.
    name: 'found: a greeting that could not be written leaves a line that is good for nothing', changes: [
      { file: 'server/brand.ts', find: "if (parsed.frame.type === 'hi') return this.sendAway(connection, CLOSE.tryLater, 'not now', RETRY_LATER_MS);", put: '' },
      { file: 'client/sync.ts', find: 'if (!line.greeted) return line.hi();', put: '' },
    ],
  },
  one('found: two honest tabs are sent away for what was on its way', 'brand.ts', 'if (held) this.#refusals.delete(connection);', ''),
  one('found: a message pays each time it could not be kept', 'hear-visitor.ts', 'brand.allowance.paid(who.visitor, frame.id);', ''),
  one('found: the message at which a burst failed has paid', 'burst.ts', 'allowance.giveBack(who); // it', '// it'),
];
