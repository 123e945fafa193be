/** What a brand's file holds, read from outside while the server writes it, and told again message by message. */
import { DatabaseSync } from 'node:sqlite';

export interface Said { thread: string; seq: number; by: 'visitor' | 'agent' | 'brand'; agent: string | null; body: string; at: number }
export interface Happened {
  thread: string; what: string; by_agent: string | null; to_agent: string | null; reason: string | null; after: number; until: number | null;
  score: number | null; text: string | null; at: number;
}
export interface Order { id: string; thread: string; episode: number; agent: string | null; amount: number; currency: string; at: number }
/** As the server keeps it. */
export interface Kept {
  thread: string; n: number; began: number; first_reply: number | null; ended: number | null; agent: string | null;
  score: number | null; prompts: number; lapses: number; overdue: number;
}

export class Rows {
  readonly #file: string;
  constructor(file: string) {
    this.#file = file;
  }

  all<Row>(query: string, ...params: (string | number)[]): Row[] {
    const database = new DatabaseSync(this.#file, { readOnly: true });
    try {
      return database.prepare(query).all(...params) as Row[];
    } finally {
      database.close();
    }
  }

  messages = (): Said[] => this.all('SELECT thread, seq, by, agent, body, at FROM message ORDER BY thread, seq');
  entries = (): Happened[] => this.all('SELECT thread, what, by_agent, to_agent, reason, after, until, score, text, at FROM entry ORDER BY thread, n');
  orders = (): Order[] => this.all('SELECT id, thread, episode, agent, amount, currency, at FROM conversion ORDER BY at');
  kept = (): Kept[] => this.all('SELECT thread, n, began, first_reply, ended, agent, score, prompts, lapses, overdue FROM episode ORDER BY thread, n');
  agents = (): { id: string; name: string }[] => this.all('SELECT id, name FROM agent ORDER BY name');

  /** In which it was said. */
  threadOf(body: string): string {
    const found = this.messages().find((each) => each.body === body);
    if (!found) throw new Error(`nobody has said "${body}"`);
    return found.thread;
  }

  /** What was written down about a thread: `snoozed`, `woken by time`. */
  historyOf(thread: string): string[] {
    return this.entries().filter((each) => each.thread === thread).map(({ what, reason }) => (reason ? `${what} ${reason}` : what));
  }
}

/** What the messages and entries say of each episode; of prompts they say nothing, for nobody writes down who was away. */
export type Told = Omit<Kept, 'prompts'>;

/** The rules of the desk once more, read from the protocol: out of what was said and what happened, in that order. */
export function retell(messages: Said[], entries: Happened[], overdueMs: number): Told[] {
  return [...new Set(messages.map(({ thread }) => thread))].sort().flatMap((thread) => {
    const told: Told[] = [];
    let holder: string | null = null;
    let waiting: number | null = null;
    const last = () => told.at(-1)!;
    const answered = (at: number) => {
      if (waiting !== null && at - waiting >= overdueMs) last().overdue++;
      waiting = null;
    };
    for (const message of messages.filter((each) => each.thread === thread)) {
      if (message.by !== 'brand') {
        if (!told.length || last().ended !== null) {
          told.push({ thread, n: told.length + 1, began: message.at, first_reply: null, ended: null, agent: null, score: null, lapses: 0, overdue: 0 });
        }
        if (message.by === 'visitor') waiting ??= message.at;
        else {
          if (waiting === last().began) last().first_reply = message.at;
          answered(message.at);
        }
      }
      for (const entry of entries.filter((each) => each.thread === thread && each.after === message.seq)) {
        if (entry.what === 'assigned' || entry.what === 'reopened') holder = entry.to_agent;
        if (entry.what === 'snoozed') holder ??= entry.by_agent;
        if (entry.what === 'woken' && entry.reason === 'agent') holder = entry.to_agent;
        if (entry.what === 'woken' && entry.reason === 'time') last().lapses++;
        if (entry.what === 'reopened' && entry.by_agent) last().ended = null;
        if (entry.what === 'rated') last().score = entry.score;
        if (entry.what === 'ended') {
          holder ??= entry.by_agent;
          last().ended = entry.at;
          answered(entry.at);
        }
        last().agent = holder ?? last().agent;
      }
    }
    return told;
  });
}
