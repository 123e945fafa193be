/** What the inbox says about what the team knows: notes, ready answers, tags, search, the palette, undo, notifications. */
export const know = {
  undo: 'Undo',
  undone: 'Taken back',
  cannotUndo: {
    moved: 'This cannot be taken back: the thread has moved on in the meantime.',
    late: 'This cannot be taken back: the time it was put aside for has passed.',
  },
  done: {
    take: 'Yours now', end: 'Ended', snooze: 'Snoozed', wake: 'Snooze ended', reopen: 'Open again', tag: 'Tags changed',
    transferredTo: (name: string) => `Given to ${name}`, toQueue: 'Back in the queue', blocked: 'Blocked', unblocked: 'Unblocked',
  },
};
