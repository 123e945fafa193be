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

  sides: 'What you write', reply: 'Reply', note: 'Note', onlyTeam: 'Only your team sees this',
  composeNote: 'Your note', noteTo: 'Write to your team. @ names a colleague.', noteHint: 'Enter adds the note, @ names a colleague', addNote: 'Add note',
  noteBy: (name: string) => `Note by ${name}, for the team only`,
  named: 'You were named in a note',
  colleaguesToName: 'Colleagues to name',
  readyAnswers: 'Ready answers', readyShort: 'Ready answers', readyLoading: 'Fetching ready answers…',
  readyFailed: 'Ready answers cannot be fetched right now. Check your connection.',
  readyNone: 'There are no ready answers yet. Write some in Settings.',
  readyNoMatch: (query: string) => `No ready answer for “${query}”. Enter sends what you wrote.`,
};
