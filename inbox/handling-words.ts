/** What the inbox says while a thread is handled: part of `words`. A name that people chose stands between two `|`. */
import type { Mark, Score } from '../protocol/messages.ts';
import type { Part } from './boxes.ts';
import type { Restraint } from './restraint.ts';

const count = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`;

export const handling = {
  /** On a phone, where Mine stands for both. */
  returnedOfThese: (n: number) => `(${n} returned)`,
  parts: { returned: 'Returned', inHand: 'In hand', yours: 'Yours', colleagues: 'Colleagues’' } satisfies Record<Part, string>,
  marks: {
    snooze_ended: 'Snooze ended', returned: 'Wrote again', transferred: 'Given to you', fallback: 'Nobody had answered',
  } satisfies Record<Mark, string>,
  marksTheirs: 'Transferred',
  marksHint: {
    snooze_ended: 'The time has come, and the visitor has not written. Snooze it again, or end it.',
    returned: 'The visitor has written again, and the thread is yours.',
    transferred: 'A colleague gave this thread to you.',
    fallback: 'Nobody had answered, so it was given to you.',
  } satisfies Record<Mark, string>,
  dueIn: (time: string) => `Due in ${time}`,
  dueSoon: 'Due now',
  overdue: (time: string) => `Overdue ${time}`,
  overdueNow: 'Overdue',
  notDone: 'Not done',

  full: 'Full',
  slots: (active: number, slots: number) => `${active} of ${slots}`,
  load: (active: number, slots: number) => `${active} of ${count(slots, 'thread', 'threads')}`,
  fullHint: 'You hold as many threads as you have slots. Nothing new comes until you are below.',

  transfer: 'Transfer…',
  transferTitle: 'Transfer this thread',
  transferTo: 'To whom?',
  toQueue: 'Back to the queue',
  toQueueHint: 'The next free colleague gets it.', toQueueBack: 'No colleague is free now: it may come back to you.',
  note: 'Note for whoever gets it',
  notePlaceholder: 'Only the team reads it',
  give: (name: string) => `Transfer to ${name}`,
  giveQueue: 'Put back in the queue',
  alone: 'You are the only one in the team.',

  snooze: 'Snooze',
  snoozeTitle: 'Snooze until',
  snoozeAgain: 'Snooze again',
  choices: { hours: '3 hours', day: '1 day' },
  choose: 'Choose a date and time…',
  date: 'Date', time: 'Time',
  keep: 'Keep this thread',
  keepHint: { yours: 'It comes back to you.', theirs: 'It comes back to whoever has it.', queue: 'It goes to the queue.' },
  wakesEarly: 'Comes back at once if the visitor writes.',
  comesBack: (when: string) => `Comes back ${when}`,
  snoozeProblems: { empty: 'Choose a date and a time.', past: 'Choose a time that is still to come.', far: 'At most a year from now.' },
  putAside: (when: string) => `Snoozed until ${when}`,
  wake: 'Wake',
  wakeHint: 'End the snooze now and take the thread',
  asideUntil: (when: string) => `Snoozed until ${when}.`,
  asideThen: { queue: 'Then it goes to the queue.', yours: 'Then it comes back to you.', theirs: (name: string) => `Then it goes back to |${name}|.` },

  end: 'End…',
  endTitle: 'End this thread?',
  /** By whether the brand asks; `unknown` until the server has said. */
  endText: {
    asked: 'The visitor will be asked how it was.', notAsked: 'The visitor will not be asked how it was.', unknown: 'The visitor is asked how it was, if your brand wants that.',
  },
  endNothingLost: 'Whoever writes again finds everything still here.',
  reopen: 'Open again', reopenHint: 'Go on with this thread, as if it had not ended. The visitor is not asked how it was.',
  goodbye: 'Goodbye (optional)',
  goodbyePlaceholder: 'A last word, sent before the thread ends',
  endNow: 'End',
  endWithGoodbye: 'Say goodbye and end',
  more: 'More',

  away: (name: string) => `|${name}| has left. She will see your answer when she is back.`,
  learnMore: 'Learn more',
  snoozeOver: 'The snooze has ended, and there was no word.',
  snoozesOver: (n: number) => `${n} snoozes have ended without a word.`,
  restraint: {
    away: ['She will see your answer when she is back', 'Your last message is waiting for her already.'],
    reminded: ['She has been reminded once', 'Another message now may feel like pressing.'],
    goodbye: ['Time to say goodbye?', 'Two snoozes have ended without a word. If she writes again, the thread comes back by itself.'],
  } satisfies Record<Restraint, readonly [string, string]>,
  restraintLabel: 'Before you send',
  sendAnyway: 'Send anyway',
  sayGoodbye: 'Say goodbye and end…',

  learnTitle: 'How threads work here',
  learn: [
    ['Nobody has to wait at a screen', 'A visitor writes, leaves, and finds your answer on the next visit. There is no hurry to keep her in the chat.'],
    ['Snooze what has to wait', 'It leaves your slots free, and comes back when the visitor writes or at the time you choose, whichever is first.'],
    ['Say it once', 'What you said is waiting for her. Asking again whether she is still there only adds to the pile.'],
    ['Nothing ends by itself', 'Only an agent ends a thread. If the visitor writes again, it opens again, to you if you are here.'],
    ['Nobody is forgotten', 'A message that nobody answers goes to another colleague who is available: after a day, or the time your brand has set.'],
  ] as const,
  gotIt: 'Got it',

  stale: {
    snooze: 'Not snoozed: the visitor wrote in the meantime, or the thread has ended. Read what is new first.',
    wake: 'Not woken: it was awake already.',
    transfer: 'Not transferred: the thread has ended in the meantime.',
    reopen: 'Not taken back: the thread is open again already.',
  } as Record<string, string>,
  notFound: { transfer: 'Not transferred: this colleague has left the team.' } as Record<string, string>,

  faces: { 1: 'Very bad', 2: 'Bad', 3: 'So-so', 4: 'Good', 5: 'Very good' } satisfies Record<Score, string>,
  /** `by` and `to` are names, or `You` and `you`. */
  entries: {
    routed: (to: string) => `Given to ${to}`,
    taken: (by: string) => `${by} took it`,
    transferred: (by: string, to: string) => `${by} gave it to ${to}`,
    released: (by: string) => `${by} put it back in the queue`,
    returned: (to: string) => `Back with ${to}`,
    queued: 'Back in the queue',
    fallback: (to: string, time: string | undefined) => `Given to ${to}: nobody had answered${time ? ` for ${time}` : ''}`,
    dismissed: 'Back in the queue: its agent has left the team',
    snoozed: (by: string, when: string) => `${by} put it aside until ${when}`,
    wokenByVisitor: 'Woken by her message',
    wokenByTime: 'The snooze ended',
    wokenBy: (by: string) => `${by} woke it`,
    ended: (by: string) => `${by} ended it`,
    reopenedByVisitor: 'Opened again by her message',
    reopened: (by: string) => `${by} opened it again`,
    rated: (face: string) => `Rated: ${face}`,
    ordered: (sum: string) => `Ordered for ${sum}`,
  },
  entryYou: 'You', entryToYou: 'you', entrySomeone: 'Someone', entryRule: 'The team',
};
