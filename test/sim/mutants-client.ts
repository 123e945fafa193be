/** Bugs for the browser. */
import type { Mutant } from './mutants.ts';

const one = (name: string, file: string, find: string, put: string): Mutant => ({ name, changes: [{ file: `client/${file}`, find, put }] });

export const CLIENT_MUTANTS: Mutant[] = [
  one('`<=` for `===` on seq: a hole is not seen', 'thread.ts', 'run.at(-1)!.seq === message.seq - 1', 'run.at(-1)!.seq <= message.seq - 1'),
  {
    name: 'the outbox is emptied on sending',
    changes: [
      { file: 'client/courier.ts', find: '{ pending, mark, refuse }: Outbox<Frame>', put: '{ pending, mark, refuse, remove }: Outbox<Frame>' },
      { file: 'client/courier.ts', find: "mark('sending', frame.id);", put: "mark('sending', frame.id);\n        void remove([frame.id]);" },
    ],
  },
  one('nothing is sent again after a cut', 'courier.ts', "pausedUntil = longest = 0;\n      mark('saved');", 'pausedUntil = longest = 0;'),
  one('what has to wait is overtaken', 'courier.ts', 'pausedUntil = Math.max(pausedUntil, Date.now() + retryAfter);', ''),
  one('nothing is offered again after a restore', 'sync.ts', '? notAmong(ok.set, threads.value.values()).filter(mine) : [];', '? notAmong(ok.set, threads.value.values()).filter((message) => mine(message) && message.seq < 0) : [];'),
  one('the head of a pong is not looked at', 'sync.ts', "if (head > record.rev) line.say({ type: 'sync', rev: record.rev });", 'void head;'),
  one('holes are not filled', 'sync.ts', 'settle();\n    history.mend();\n    void kept', 'settle();\n    void kept'),
  one('the cursor is on disk before the rows', 'rows.ts', 'put: [[OK, standing], ...entriesOf(changed', 'put: [[OK, standing], ...entriesOf(changed.slice(1)'),
  one('a disk that is behind is taken for complete', 'rows.ts', '|| known.rev < since ||', '||'),
  one('the rows of another epoch stay on disk', 'rows.ts', 'if (!known || !sameEpoch ||', 'if (!known ||'),
  one('the order of writing is not kept', 'outbox.ts', 'a.at - b.at || (a.frame.id', 'b.at - a.at || (a.frame.id'),
  one('what another tab does makes unsaved words vanish', 'outbox.ts', 'pending.value.filter(({ kept }) => !kept)', 'pending.value.filter(({ kept }) => kept === null)'),
  one('words are not written down', 'outbox.ts', 'const kept = await database.change({ put: [[OUT + id, { frame, at, refusal }]], strict: true });', 'const kept = !!(await database.get(OUT + id), { at, refusal });'),
  one('unread is counted one too far', 'thread.ts', 'message.seq > seen && sideOf(message) !== side).length', 'message.seq >= seen && sideOf(message) !== side).length'),
  one('a dead line is not noticed', 'socket.ts', 'start();\n      line.lost(1000);', 'return;'),
  one('after a restart nobody comes back', 'socket.ts', '({ code }) => !isOver(code)', '({ code }) => code !== 1012 && !isOver(code)'),
  one('a page that was shown again has no line', 'socket.ts', '[window, \'pageshow\', check], ', ''),
  one('an older row replaces a newer one', 'thread.ts', 'row && row.rev >= (held.row?.rev ?? 0) ? row : held.row', 'row ?? held.row'),
  one('a fresh start keeps what was held', 'held.ts', 'new Map(fresh ? [] : threads.value)', 'new Map(threads.value)'),
  // ---- what the simulation has found
  one('found: a pause ends a hair too early, and then never', 'sync.ts', 'courier.rested();\n        pump();', 'pump();'),
  one('found: a silent disk hides what waits', 'sync.ts', 'if (!database.useless) {', '{'),
  one('found: marks that were refused are not told again', 'sync.ts', "if (retryAfter) later('marks'", "if (retryAfter === 0) later('marks'"),
  one('found: who learns her name forgets which epoch she knew', 'record.ts', '(S5).\n      rev = 0;', '(S5).\n      epoch = undefined;\n      rev = 0;'),
  one('found: a tab brings back whom another tab has seen erased', 'record.ts', 'other || (!!team && !isFirst && standing.rev > rev)', 'other'),
  {
    // Whoever could not be greeted is sent away since, and hears of no change: it takes both.
    name: 'found: a change is taken before the start it belongs to', changes: [
      { file: 'client/sync.ts', find: 'if (line.greeted) news(record.hear(frame));', put: 'news(record.hear(frame));' },
      { file: 'server/brand.ts', find: "if (frame.type !== 'hi') return notNow(frame);", put: 'return notNow(frame);' },
    ],
  },
  one('found: a message that stands alone hides what came after it', 'sync.ts', "history.mend();\n      // Behind a hole", '// Behind a hole'),
  one('found: an erased visitor\'s words stand in the thread of who comes after her', 'held.ts', 'if (erased.length) team?.take(erased, held);', ''),
  {
    name: 'found: two tabs that are told at once to forget become two people',
    changes: [{ file: 'widget/visitor.ts', find: "look: 'token', passes: (found) => found === token, drop: ['token']", put: "drop: ['token']" }],
  },
  one('found: a clock set back keeps a page away', 'socket.ts', 'Math.min(notBefore - Date.now(), askedFor)', 'notBefore - Date.now()'),
];
