/** What the report and the desk's settings say: part of `words`. */
import type { PeriodName, PeriodProblem } from './period.ts';

const count = (n: number, one: string, many: string) => `${n.toLocaleString('en-GB')} ${n === 1 ? one : many}`;

export const report = {
  title: 'Report',
  toInbox: 'Back to the inbox',
  lead: (dates: string, zone: string, asOf: string) => `${dates} · ${zone} · as of ${asOf}`,
  refresh: 'Count again',
  compared: (days: number) => `Compared with the ${count(days, 'day', 'days')} before`,
  period: 'Period',
  periods: { 7: '7 days', 30: '30 days', 90: '90 days', month: 'This month', custom: 'Custom' } satisfies Record<PeriodName, string>,
  from: 'From', to: 'Until', show: 'Show',
  problems: {
    empty: 'Choose both days.', backwards: 'The first day must come before the last.', future: 'Choose a first day that has begun.', long: 'At most 366 days at once.',
  } satisfies Record<PeriodProblem, string>,
  loading: 'Counting',
  stale: (dates: string) => `These are still the figures of ${dates}.`,
  failed: 'The report could not be fetched.',
  nothing: ['Nothing happened in these days', 'No conversation began or ended, and nothing was ordered. Look at a longer time.'] as const,
  longer: 'Show the last 90 days',
  ledger: 'Contacts and orders (CSV)',
  ledgerHint: 'Every ended conversation and every order, line by line, with its agent.',
  ledgerSaved: 'The ledger is in your downloads',
  ledgerLong: 'That is more than one file can hold. Choose fewer days.',
  csv: 'CSV', csvAria: (title: string) => `Save “${title}” as CSV`,
  asTable: 'Table', asTableAria: (title: string) => `Show “${title}” as a table`,
  explore: (title: string) => `${title}. Use the arrow keys to read each figure.`,
  began: 'Started', ended: 'Ended',
  vs: (change: string) => `${change} against the days before`,

  tiles: {
    label: 'In short',
    began: 'Conversations started', beganHint: 'A thread that opens again counts anew.',
    ended: 'Conversations ended', endedHint: 'By an agent, each a contact.',
    reply: 'First reply', resolution: 'Time to resolution',
    p90: (time: string) => `9 of 10 within ${time}`, median: 'Median', noTimes: 'None yet',
    good: 'Good ratings', goodHint: (n: number, ended: number) => n === 0 ? 'Nobody has rated yet' : `${count(n, 'rating', 'ratings')} of ${ended.toLocaleString('en-GB')} ended`,
    overdue: 'Overdue', overdueHint: (share: string) => `${share} of those started`,
    orders: 'Orders', ordersHint: 'Led to by an agent, at most 48 hours before',
    prompts: 'Messages to the absent', promptsHint: (each: string | undefined) => (each ? `${each} for each contact` : 'No contacts yet'),
  },
  volume: { title: 'Conversations', day: 'Day', week: 'Week', hint: { day: 'Started and ended, by day', week: 'Started and ended, by week' }, today: 'Today is not over yet.',
    read: (when: string, began: number, ended: number) => `${when}: ${began.toLocaleString('en-GB')} started, ${ended.toLocaleString('en-GB')} ended` },
  hours: {
    title: 'When people write', hint: 'Conversations started, by day of the week and hour', day: 'Day', few: 'Fewer', many: 'More',
    busiest: (day: string, hour: string, n: number) => `Busiest: ${day} at ${hour}, ${n.toLocaleString('en-GB')} started`,
    read: (day: string, from: string, to: string, n: number) => `${day} ${from} – ${to}: ${n.toLocaleString('en-GB')} started`,
  },
  times: {
    title: 'First reply and resolution', hint: 'The dot is the median, the bar ends where 9 of 10 were done.',
    who: 'Who', replies: 'First replies', replyMedian: 'First reply, median', reply90: 'First reply, 90th percentile',
    ended: 'Ended', endMedian: 'Resolution, median', end90: 'Resolution, 90th percentile',
    reply: 'First reply', resolution: 'Resolution', none: 'Nothing to measure yet.',
  },
  rated: {
    title: 'Satisfaction', hint: 'What people answered after an agent had ended their conversation.', face: 'Rating', ratings: 'Ratings', share: 'Share',
    good: 'rated good or very good', none: 'Nobody has rated a conversation in these days.', off: 'Visitors are asked only if the survey is on, in Settings under Desk.',
    answered: (share: string) => `${share} of those who were asked answered at all`,
  },
  team: {
    title: 'Team', hint: 'Contacts are conversations that she ended. Orders are hers if they came during a conversation, or at most 48 hours after it.',
    all: 'Whole team', agent: 'Agent', contacts: 'Contacts', reply: 'First reply', reply90: '9 of 10', resolution: 'Resolution', good: 'Good', ratings: 'Ratings', orders: 'Orders', sales: 'Sales',
    left: 'left', sortBy: (column: string) => `Sort by ${column}`, none: 'Nobody is in the team.',
  },
  restraint: {
    title: 'Do we pester?', hint: 'Messages said to people who were away and had an answer already, and snoozes that ran out without a word from them. Fewer is kinder.',
    agent: 'Agent', contacts: 'Contacts', prompts: 'Messages to the absent', lapses: 'Snoozes run out', each: 'For each contact',
    of: (n: number, each: string) => `${n.toLocaleString('en-GB')} · ${each} each`, inContacts: (n: number) => `in ${count(n, 'contact', 'contacts')}`,
    none: 'No conversation ended in these days.',
  },
  delivery: {
    title: 'Delivery', hint: 'What became of the messages that reached us in these days.', what: 'What', messages: 'Messages',
    since: (when: string) => `What was not kept has been counted since ${when}.`,
    acked: ['Kept', 'on disk, and acknowledged'], duplicates: ['Suppressed', 'sent twice by a bad line, kept once'],
    retried: ['Asked to come again', 'too many at once, or a busy moment'], refused: ['Refused', 'with a reason the sender was shown'],
    pending: ['Still to come', 'asked to come again and not here yet, as of now'], device: ['Waiting on this device', 'your own, not sent yet, as of now'],
  } as const,
};

export const deskSettings = {
  handing: 'Handing out', clocks: 'Clocks', asking: 'Afterwards',
  slots: 'Threads for each agent', slotsHint: 'So many are handed to somebody at once. A snoozed one does not count. Each agent can have a number of her own, under Team.',
  queue: 'Waiting at most', queueHint: 'When so many wait, visitors read that it will take long. They can write all the same. 0: nobody waits, and while nobody is available they read that instead.',
  absent: 'Absent after', absentHint: 'An agent whose connection is gone for so long gets nothing new. She keeps what she has.',
  fallback: 'Passed on after', fallbackHint: 'A thread whose visitor waits for its agent for so long goes to another who is available.',
  overdue: 'Overdue after', overdueHint: 'A message that nobody has answered for so long is marked in the list, and counted in the report.',
  survey: 'Ask how it was', surveyHint: 'Five faces in the thread when an agent ends it. Visitors may leave them alone.',
  threads: 'threads', minutes: 'minutes', hours: 'hours',
  problem: (least: number, most: number) => `A whole number from ${least} to ${most.toLocaleString('en-GB')}.`,
  teamHint: 'The number says how many threads each is handed at once.',
  own: 'Threads at once', ownOf: (name: string) => `Threads at once: ${name}`, ownHint: 'So many are handed to you at once. What you take yourself may go beyond.',
  ownGroup: 'A number of one’s own', isOwn: 'A number of your own.', isEverybodys: 'Your brand’s number. It changes when your brand changes it.',
  backToAll: 'Back to the brand’s number', backToAllOf: (n: number) => `Back to the brand’s number (${n})`,
  asAll: 'As everybody', asAllOf: (n: number) => `As everybody (${n})`,
};

export const replySettings = {
  find: 'Find a reply', count: (n: number) => count(n, 'reply', 'replies'), add: 'New reply', none: ['No replies yet', 'Words you say often, ready under / while you write an answer.'] as const,
  noneFound: 'No reply has these words.',
  name: 'Name', nameHint: 'What you type after / to find it.', body: 'Text',
  bodyHint: '{visitor} becomes her name, and {agent} that of whoever answers. Where a name is not known, it is left out.',
  insert: (name: string) => `Insert ${name}`, preview: 'What she will read', sample: 'Ada',
  save: 'Save reply', saved: 'Saved for everybody', deleted: 'Deleted for everybody', notDeleted: 'Not deleted: a colleague has changed it in the meantime. This is what it says now.', oneFirst: 'Save or cancel the open one first', editShort: 'Edit', edit: (name: string) => `Edit ${name}`, delete: 'Delete', unsaved: 'Not saved',
  noName: 'Give it a name.', noBody: 'Write what it says.', taken: 'Another reply has this name.', many: 'There are 500 replies, and no room for more. Delete one first.',
  long: (most: number, length: number) => `At most ${most.toLocaleString('en-GB')} characters; this has ${length.toLocaleString('en-GB')}.`,
  remove: (name: string) => `Delete “${name}”?`, removeText: 'Nobody in the team finds it under / any more. What was already said with it stays.',
  changed: 'A colleague has changed this reply in the meantime', changedText: 'Nothing is lost: this is what it says now, and yours is still in the fields.',
  gone: 'A colleague has deleted this reply in the meantime', goneText: 'Nothing is lost: yours is still in the fields.',
  keepMine: 'Save mine over it', keepBoth: 'Save mine as a new one', useTheirs: 'Use theirs', bringBack: 'Save mine again', letGo: 'Let it go',
  busy: 'Somebody else is saving replies just now. Try again.',
};
