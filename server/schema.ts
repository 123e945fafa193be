/**
 * The tables of one brand, in numbered steps. A step that has landed is never edited: the next change is the next step.
 * STRICT everywhere: both hosts bind numbers as REAL, and only an INTEGER column of a STRICT table makes them whole again.
 */
import type { Host } from './host.ts';

const STEPS: string[] = [
  `
  CREATE TABLE head (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    rev INTEGER NOT NULL,
    epoch TEXT NOT NULL,
    created INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE visitor (
    id TEXT PRIMARY KEY,
    subject TEXT UNIQUE,
    verified INTEGER NOT NULL DEFAULT 0,
    name TEXT, email TEXT, lang TEXT, zone TEXT, device TEXT,
    page TEXT,
    created INTEGER NOT NULL,
    at INTEGER NOT NULL,
    rev INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX visitor_rev ON visitor (rev);

  CREATE TABLE token (
    hash TEXT PRIMARY KEY,
    visitor TEXT NOT NULL REFERENCES visitor (id) ON DELETE CASCADE,
    created INTEGER NOT NULL,
    used INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX token_visitor ON token (visitor);

  CREATE TABLE thread (
    id TEXT PRIMARY KEY,
    visitor TEXT NOT NULL REFERENCES visitor (id) ON DELETE CASCADE,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'assigned', 'snoozed', 'ended')),
    agent TEXT REFERENCES agent (id),
    seq INTEGER NOT NULL DEFAULT 0,
    episode INTEGER NOT NULL DEFAULT 1,
    created INTEGER NOT NULL,
    at INTEGER NOT NULL,
    waiting INTEGER,
    greeted INTEGER NOT NULL DEFAULT 0,
    answered INTEGER,
    visitor_got INTEGER NOT NULL DEFAULT 0,
    visitor_seen INTEGER NOT NULL DEFAULT 0,
    team_got INTEGER NOT NULL DEFAULT 0,
    team_seen INTEGER NOT NULL DEFAULT 0,
    preview TEXT NOT NULL DEFAULT '',
    preview_by TEXT NOT NULL DEFAULT 'visitor',
    rev INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX thread_rev ON thread (rev);
  CREATE INDEX thread_visitor ON thread (visitor, at);
  CREATE INDEX thread_state ON thread (state, at);

  CREATE TABLE message (
    n INTEGER PRIMARY KEY,
    thread TEXT NOT NULL REFERENCES thread (id) ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    id TEXT NOT NULL,
    by TEXT NOT NULL CHECK (by IN ('visitor', 'agent', 'brand')),
    agent TEXT REFERENCES agent (id),
    name TEXT,
    body TEXT NOT NULL,
    page TEXT,
    at INTEGER NOT NULL,
    rev INTEGER NOT NULL,
    UNIQUE (thread, seq),
    UNIQUE (thread, id)
  ) STRICT;
  CREATE INDEX message_rev ON message (rev);

  CREATE TABLE event (
    visitor TEXT NOT NULL REFERENCES visitor (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    data TEXT,
    at INTEGER NOT NULL,
    PRIMARY KEY (visitor, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX event_at ON event (visitor, at);

  -- Visitors who were erased or became one with another: agents' inboxes drop them.
  CREATE TABLE gone (visitor TEXT PRIMARY KEY, rev INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX gone_rev ON gone (rev);

  CREATE TABLE agent (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('owner', 'agent')),
    status TEXT NOT NULL CHECK (status IN ('available', 'away')),
    password TEXT NOT NULL,
    gone INTEGER NOT NULL DEFAULT 0,
    created INTEGER NOT NULL,
    rev INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- What an agent did, by the id her client made: a retry is answered, not done again.
  CREATE TABLE act (
    agent TEXT NOT NULL,
    id TEXT NOT NULL,
    what TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (agent, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX act_at ON act (at);

  CREATE TABLE session (
    hash TEXT PRIMARY KEY,
    agent TEXT NOT NULL REFERENCES agent (id) ON DELETE CASCADE,
    created INTEGER NOT NULL,
    used INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX session_agent ON session (agent);

  -- One-time tickets: 'socket' (30 s, of a session) and 'invite' (7 days, of an address).
  CREATE TABLE ticket (
    hash TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('socket', 'invite')),
    holder TEXT NOT NULL,
    data TEXT,
    due INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX ticket_due ON ticket (due);

  -- The brand's keys that sign its visitors' identity tokens.
  CREATE TABLE identity_key (
    id TEXT PRIMARY KEY,
    alg TEXT NOT NULL CHECK (alg IN ('HS256', 'EdDSA')),
    key TEXT NOT NULL,
    created INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- Who was erased, and which tokens with her: final, also against an old outbox or a restored backup.
  CREATE TABLE erased (hash TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;

  -- Everything due later. One row per kind and arg.
  CREATE TABLE job (
    kind TEXT NOT NULL,
    arg TEXT NOT NULL DEFAULT '',
    due INTEGER NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (kind, arg)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX job_due ON job (due);
  `,
  // A brand on its way from one house to another lets nobody in (moving.ts). A page of an older schema must still fit: new columns have defaults.
  "ALTER TABLE head ADD COLUMN moving TEXT NOT NULL DEFAULT '' CHECK (moving IN ('', 'sealed', 'arriving'))",
  // A third of what a message writes, and of what it costs at the edge. Messages never change, so the newest are the last;
  // nobody has so many threads that they could not be put in order when they are read.
  'DROP INDEX message_rev; DROP INDEX thread_visitor; CREATE INDEX thread_visitor ON thread (visitor)',
  // The desk. What was open without an agent's own word stays as it is; what has an agent is hers since it last moved.
  `
  ALTER TABLE thread ADD COLUMN snooze_until INTEGER;
  ALTER TABLE thread ADD COLUMN snooze_keep INTEGER NOT NULL DEFAULT 1;
  ALTER TABLE thread ADD COLUMN mark TEXT;
  ALTER TABLE thread ADD COLUMN prompts INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE thread ADD COLUMN lapses INTEGER NOT NULL DEFAULT 0;
  -- Since when it is where it is: before its agent, or in the queue.
  ALTER TABLE thread ADD COLUMN held INTEGER;
  -- Who let it go last: ended it, gave it back, put it aside for others.
  ALTER TABLE thread ADD COLUMN last_agent TEXT;
  ALTER TABLE thread ADD COLUMN ended_at INTEGER;
  ALTER TABLE thread ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
  UPDATE thread SET held = at;
  UPDATE thread SET ended_at = at, last_agent = agent WHERE state = 'ended';
  CREATE INDEX thread_agent ON thread (agent, state);
  -- The queue, in the order in which they began to wait.
  CREATE INDEX thread_queue ON thread (coalesce(waiting, held, at), id) WHERE state = 'waiting';

  -- Absent: as many as the brand lets everybody hold.
  ALTER TABLE agent ADD COLUMN slots INTEGER;
  -- When she last got a thread.
  ALTER TABLE agent ADD COLUMN served INTEGER NOT NULL DEFAULT 0;
  -- When she was last known to be here.
  ALTER TABLE agent ADD COLUMN seen_at INTEGER;

  ALTER TABLE visitor ADD COLUMN blocked INTEGER NOT NULL DEFAULT 0;

  CREATE TABLE entry (
    n INTEGER PRIMARY KEY,
    thread TEXT NOT NULL REFERENCES thread (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    what TEXT NOT NULL,
    by_agent TEXT,
    to_agent TEXT,
    reason TEXT,
    after INTEGER NOT NULL,
    until INTEGER,
    text TEXT,
    mentions TEXT,
    score INTEGER,
    amount INTEGER,
    currency TEXT,
    at INTEGER NOT NULL,
    rev INTEGER NOT NULL,
    UNIQUE (thread, id)
  ) STRICT;
  CREATE INDEX entry_place ON entry (thread, after);

  CREATE TABLE episode (
    thread TEXT NOT NULL REFERENCES thread (id) ON DELETE CASCADE,
    n INTEGER NOT NULL,
    began INTEGER NOT NULL,
    first_reply INTEGER,
    ended INTEGER,
    agent TEXT,
    lang TEXT,
    score INTEGER,
    text TEXT,
    rated INTEGER,
    prompts INTEGER NOT NULL DEFAULT 0,
    lapses INTEGER NOT NULL DEFAULT 0,
    overdue INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (thread, n)
  ) STRICT, WITHOUT ROWID;
  -- All that a report reads, in the order of time: a look into the row for each would take ten times as long.
  CREATE INDEX episode_began ON episode (began, agent, first_reply, overdue);
  CREATE INDEX episode_ended ON episode (ended, agent, began, score, prompts, lapses) WHERE ended IS NOT NULL;
  -- Of the episodes before this step only the last is known, and not when it began.
  INSERT INTO episode (thread, n, began, ended, agent) SELECT id, episode, created, ended_at, agent FROM thread;

  CREATE TABLE conversion (
    id TEXT PRIMARY KEY,
    visitor TEXT NOT NULL REFERENCES visitor (id) ON DELETE CASCADE,
    thread TEXT NOT NULL,
    episode INTEGER NOT NULL,
    agent TEXT,
    amount INTEGER NOT NULL,
    currency TEXT NOT NULL,
    at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX conversion_at ON conversion (at);
  CREATE INDEX conversion_visitor ON conversion (visitor);

  CREATE TABLE canned (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    body TEXT NOT NULL,
    by_agent TEXT,
    at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- The words of what people said (search.ts): of a message by its n, of a note by -n, so that each kind is read newest first
  -- by its number alone. It holds no text, and what is taken out is overwritten at once. No triggers: with each message it
  -- would write four times the bytes, and at the edge seven more rows. The beginnings of one and two letters are what is typed first,
  -- and what the most words have: without a list of their own they would be looked for in all of them.
  CREATE VIRTUAL TABLE told USING fts5 (words, content='', tokenize='unicode61 remove_diacritics 2', prefix='1 2');
  INSERT INTO told (told, rank) VALUES ('secure-delete', 1);
  `,
  // What became of the messages that came in (delivery.ts), by quarters of an hour since 1970.
  `
  CREATE TABLE delivery (
    quarter INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('acked', 'duplicates', 'refused', 'retried')),
    n INTEGER NOT NULL,
    PRIMARY KEY (quarter, kind)
  ) STRICT, WITHOUT ROWID;
  -- Up to which message 'acked' has come, and since when the others are counted: messages that were here before left no trace of them.
  CREATE TABLE tally (one INTEGER PRIMARY KEY CHECK (one = 1), n INTEGER NOT NULL, since INTEGER NOT NULL) STRICT;
  `,
  // IN with more than two texts is looked up in a table that is made anew for each statement: 40 % of what it costs to write a message down.
  // The column is replaced in its rows, for another table would be another two indexes.
  `
  ALTER TABLE message RENAME COLUMN by TO said_by;
  ALTER TABLE message ADD COLUMN by TEXT NOT NULL DEFAULT 'visitor' CHECK (by = 'visitor' OR by = 'agent' OR by = 'brand');
  UPDATE message SET by = said_by WHERE said_by <> 'visitor';
  ALTER TABLE message DROP COLUMN said_by;
  `,
  'CREATE TABLE stood (thread TEXT PRIMARY KEY REFERENCES thread (id) ON DELETE CASCADE, agent TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL) STRICT, WITHOUT ROWID', // stood.ts
];
export const SCHEMA = STEPS.length;

export class NewerDatabase extends Error {
  constructor(found: number) {
    super(`this database is at schema ${found}, and this version of Leaveword knows schema ${SCHEMA} at most: start the newer version, or restore an older backup`);
  }
}

/**
 * Brings the database to this version's schema, in one transaction.
 * @param upTo an earlier version's, for who wants to see how one is brought here
 * @throws NewerDatabase when a later version has written it.
 */
export function migrate(host: Host, upTo = SCHEMA): void {
  host.transaction(() => {
    host.script('CREATE TABLE IF NOT EXISTS schema (one INTEGER PRIMARY KEY CHECK (one = 1), step INTEGER NOT NULL) STRICT');
    const step = host.sql<{ step: number }>('SELECT step FROM schema')[0]?.step ?? 0;
    if (step > SCHEMA) throw new NewerDatabase(step);
    for (const statements of STEPS.slice(step, upTo)) host.script(statements);
    if (step < upTo) host.sql('INSERT INTO schema VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET step = excluded.step', upTo);
  });
}
