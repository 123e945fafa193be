/** The least of a server that keeps the rules of chat.v1 for one visitor, on a scripted line: it can be held, mute, restored and rude. */
import type { Message, Thread } from '../protocol/messages.ts';
import type { ScriptedLine, ScriptedSocket } from './scripted-line.ts';

type Frame = { type: string } & Record<string, unknown>;

const CARD = { name: 'Shop', color: '#336699', logo: 'S', greeting: '', replyTime: 'hours', open: true, available: true };

export class ToyServer {
  readonly line: ScriptedLine;
  epoch = 'first';
  rev = 0;
  me: string | undefined = 'visitor1';
  threads = new Map<string, { row: Thread; messages: Message[] }>();
  /** Answers are not given; frames are still handled, as when the line is cut behind a commit. */
  mute = false;
  /** Frames are not handled at all, but kept for `flush`. */
  held: [Frame, ScriptedSocket][] | undefined;
  /** What to refuse, and how. */
  refuse: ((frame: Frame) => object | undefined) | undefined;
  /** Messages that a fresh start brings of each thread. */
  fresh = 50;
  /** Every id that was said, as often as it was said. */
  readonly heard: string[] = [];

  constructor(line: ScriptedLine) {
    this.line = line;
    line.onFrame = (frame, socket) => {
      if (this.held) this.held.push([frame, socket]);
      else this.handle(frame, socket);
    };
  }

  hold(): void {
    this.held = [];
  }
  flush(): void {
    const held = this.held ?? [];
    this.held = undefined;
    for (const [frame, socket] of held) this.handle(frame, socket);
  }

  /** Somebody of the team writes. @param tell whether those who are connected hear of it */
  answer(thread: string, body: string, tell = true): Message {
    return this.#append(thread, { id: `a${this.rev + 1}`, by: 'agent', body, agent: 'mina', name: 'Mina' }, tell);
  }
  mark(thread: string, marks: Partial<Pick<Thread, 'visitor' | 'team'>>): void {
    const of = this.threads.get(thread)!;
    of.row = { ...of.row, ...marks, rev: ++this.rev };
    this.#tell([of.row]);
  }
  bodies(thread: string): string[] {
    return (this.threads.get(thread)?.messages ?? []).map(({ body }) => body);
  }
  /** A backup: put it back with `restore`. */
  backup(): () => void {
    const threads = structuredClone(this.threads);
    const rev = this.rev;
    return () => {
      this.threads = structuredClone(threads);
      this.rev = rev;
      this.epoch = `${this.epoch}+`;
    };
  }

  /** @returns the answers to frames that came by POST. */
  post(frames: Frame[]): object[] {
    const answers: object[] = [];
    const once = { tell: (answer: object) => answers.push(answer) } as unknown as ScriptedSocket;
    for (const frame of frames) this.handle(frame, once);
    return answers;
  }

  handle(frame: Frame, socket: ScriptedSocket): void {
    const answer = this.#answer(frame);
    if (answer && !this.mute) socket.tell(answer);
  }

  #answer(frame: Frame): object | undefined {
    switch (frame.type) {
      case 'ping': return { type: 'pong', head: this.rev };
      case 'hi': {
        const rev = frame['rev'] as number;
        const known = frame['epoch'] === this.epoch && rev > 0 && rev <= this.rev;
        return {
          type: 'ok', v: 1, epoch: this.epoch, rev: this.rev, now: Date.now(), set: known ? this.#since(rev) : this.#newest(),
          ...(known ? {} : { fresh: true }), me: { ...(this.me ? { id: this.me } : {}), verified: false, card: CARD },
        };
      }
      case 'sync': return { type: 'changed', rev: this.rev, set: this.#since(frame['rev'] as number) };
      case 'pull': {
        const all = (this.threads.get(frame['thread'] as string)?.messages ?? []).filter(({ seq }) => seq < (frame['before'] as number));
        const rows = all.slice(-(frame['n'] as number));
        return { type: 'page', thread: frame['thread'], rows, more: rows.length < all.length };
      }
      case 'got': case 'seen': {
        const { visitor } = this.threads.get(frame['thread'] as string)!.row;
        const seq = frame['seq'] as number;
        this.mark(frame['thread'] as string, {
          visitor: { got: Math.max(visitor.got, seq), seen: frame.type === 'seen' ? Math.max(visitor.seen, seq) : visitor.seen },
        });
        return undefined;
      }
      case 'say': {
        this.heard.push(frame['id'] as string);
        const refusal = this.refuse?.(frame);
        if (refusal) return { type: 'nak', id: frame['id'], reason: '', ...refusal };
        const said = this.threads.get(frame['thread'] as string)?.messages.find(({ id }) => id === frame['id']);
        const message = said ?? this.#append(
          frame['thread'] as string, { id: frame['id'] as string, by: 'visitor', body: frame['body'] as string }, !this.mute);
        return { type: 'ack', id: message.id, thread: message.thread, seq: message.seq, at: message.at };
      }
      default: return undefined;
    }
  }

  #append(thread: string, draft: Pick<Message, 'id' | 'by' | 'body'> & Partial<Message>, tell: boolean): Message {
    const before = this.threads.get(thread);
    const rev = ++this.rev;
    const seq = (before?.row.seq ?? 0) + 1;
    const message: Message = { kind: 'message', thread, seq, at: Date.now(), rev, ...draft };
    const none = { got: 0, seen: 0 };
    const row: Thread = {
      kind: 'thread', id: thread, ended: false, episode: 1, visitor: none, team: none, ...before?.row, rev, seq, at: message.at,
    };
    this.threads.set(thread, { row, messages: [...before?.messages ?? [], message] });
    if (tell) this.#tell([message, row]);
    return message;
  }

  #tell(set: object[]): void {
    if (!this.held) this.line.tell({ type: 'changed', rev: this.rev, set });
  }
  #since(rev: number): object[] {
    return [...this.threads.values()].flatMap(({ row, messages }) => row.rev > rev ? [...messages.filter((each) => each.rev > rev), row] : []);
  }
  #newest(): object[] {
    return [...this.threads.values()].flatMap(({ row, messages }) => [...messages.slice(-this.fresh), row]);
  }
}
