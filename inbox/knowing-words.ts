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
  noteSaid: (text: string) => `Note: ${text}`,
  noteBy: (name: string) => `Note by ${name}, for the team only`,
  named: 'You were named in a note',
  colleaguesToName: 'Colleagues to name',
  readyAnswers: 'Saved replies', readyShort: 'Saved replies', readyLoading: 'Fetching saved replies…',
  readyFailed: 'Saved replies cannot be fetched right now. Check your connection.',
  readyNone: 'There are no saved replies yet. Write some in Settings, under Replies.',
  readyNoMatch: (query: string) => `No saved reply for “${query}”. Enter sends what you wrote.`,

  commands: {
    reply: 'Answer', note: 'Write a note', take: 'Take', snooze: 'Snooze…', wake: 'Wake', give: 'Transfer…', tags: 'Tags…', end: 'End…', reopen: 'Open again',
    details: 'Show or hide the visitor’s details', block: 'Block this visitor…', unblock: 'Unblock this visitor', undo: 'Take back the last act',
    send: 'Send, or add the note', line: 'Start a new line', ready: 'Saved replies, where the cursor stands', slash: 'Saved replies, at the start of an answer',
    mention: 'Name a colleague, in a note', leaveField: 'Leave the field',
    next: 'Next thread', previous: 'Previous thread', open: 'Open, and start to answer', back: 'Back to the list',
    goTo: (place: string) => `Go to ${place}`, search: 'Search all messages', palette: 'Do anything, go anywhere',
    available: 'Be available', away: 'Be away', light: 'Light appearance', dark: 'Dark appearance', system: 'Appearance as the system has it',
  },
  sections: { thread: 'This thread', writing: 'Writing', list: 'The list', go: 'Go to', inbox: 'The inbox' },
  palettePlaceholder: 'What do you want to do? Or a name…',
  searchFor: (text: string) => `Search all messages for “${text}”`,
  choices: (n: number) => (n === 1 ? '1 result' : `${n} results`),

  searchPlaceholder: 'Search messages and notes…',
  searchIdle: 'Everything that was ever said to or by your brand, and your team’s notes. The newest comes first.',
  searching: 'Searching…',
  searchNone: (text: string) => `Nobody has said “${text}”. All of the words must stand in one message; of the last one the beginning is enough.`,
  searchOffline: 'Searching needs a connection. Try again once you are back online.',
  searchFailed: 'The server did not answer. Try again in a moment.',
  searchResults: 'What was found', searchMore: 'Show older ones',
  aimMissed: 'This message could not be fetched. Try again once there is a connection.',

  tags: 'Tags', addTag: 'Add a tag', tagsInUse: 'Tags in use', newTag: (tag: string) => `Add “${tag}”`, removeTag: (tag: string) => `Remove the tag ${tag}`,
  tagThere: (tag: string) => `“${tag}” is there already.`,
  tagsFull: (most: number) => `A thread has at most ${most} tags.`,

  isLooking: (name: string) => `${name} is looking`, isWriting: (name: string) => `${name} is writing`,

  pages: 'Pages she wrote from', morePages: (n: number) => (n === 1 ? '1 more page' : `${n} more pages`),
  othersUnknown: 'Earlier ones show when there is a connection.',
  states: { waiting: 'In the queue', assigned: 'In hand', snoozed: 'Snoozed', ended: 'Ended' },
  isBlocked: 'Blocked: may not write', blockedShort: 'Blocked', unblockShort: 'Unblock',
  blockedNote: 'This visitor is blocked. Your answer still reaches her; hers do not reach you.',
  blockTitle: (name: string) => `Block ${name}?`,
  blockText: 'From now on nothing she writes reaches you. What was said before stays. You can unblock her at any time.',
  blockAction: 'Block',

  bell: {
    title: 'Notifications', hint: 'When a visitor writes in the queue or to you, or a colleague names you in a note, and you are not looking at the inbox.',
    show: 'Show notifications on this device', showHint: 'Your browser asks you once.',
    text: 'Show what was written', textHint: 'Anybody who sees your screen can read it. Otherwise only the name is shown.',
    sound: 'Play a sound', soundHint: 'Two soft notes. You hear them when you switch this on.',
    denied: 'Your browser blocks notifications of this page. Allow them in the settings of this site (the sign beside its address), then switch this on.',
    unable: 'This browser shows no notifications for pages. The sound works all the same, while the inbox is open.',
    messages: (n: number) => (n === 1 ? 'New message' : `${n} new messages`), many: (n: number) => `${n} new messages`,
    named: (name: string) => `${name} named you in a note`, inThread: (name: string) => `In the thread with ${name}`,
    names: (all: readonly string[]) => all.length > 3 ? `${all.slice(0, 2).join(', ')} and ${all.length - 2} more` : all.join(', '),
  },
};
