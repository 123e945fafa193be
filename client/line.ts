/**
 * The line as the engine uses it: the socket while there is one, the same frames over HTTP where a network forbids sockets,
 * and the last words of a page that is closing.
 */
import { type ReadonlySignal, signal } from '@preact/signals-core';
import { CLOSE } from '../protocol/frames.ts';
import type { Face, LineState } from './face.ts';
import { post, whatFits } from './post.ts';
import { openSocket } from './socket.ts';

/** How often a client without a socket asks what is new; the server allows 60 posts a minute from one address. */
const POLL_MS = 10_000;
const POLL_SOON_MS = 1_000;
/** Failures in a row until HTTP is tried: one may be a deploy, two look like a network that forbids sockets. */
const FAILURES_BEFORE_POST = 2;
/** After 4429, where the server names no longer time. */
const SLOW_DOWN_MS = 60_000;
/** The server will not let us in again as we are. */
const FINAL: number[] = [CLOSE.badFrame, CLOSE.token, CLOSE.forbidden];

export interface Talk {
  hi(): object;
  /** What may be sent now; idempotent, so it may go both ways. */
  waiting(): object[];
  /** What the server may not know yet and will never acknowledge. */
  besides(): object[];
  /** A value that came, unchecked. */
  hear(value: unknown, onSocket: boolean): void;
  /** Nothing that is unanswered will be answered any more. */
  cut(): void;
}

export interface Line {
  readonly state: ReadonlySignal<LineState>;
  /** `ok` has come on this socket: frames may be sent. */
  readonly greeted: boolean;
  /** Greets anew: what we are or hold has changed. */
  hi(): void;
  /** On the socket, greeted or not. */
  say(frame: object): boolean;
  /** Over whatever there is. @returns whether there is anything. */
  ask(frame: object): boolean;
  /** The server answered `hi`. */
  greet(onSocket: boolean): void;
  /** Something waits: where there is no socket, it goes over HTTP. */
  press(): void;
  bye(after: number): void;
  open(): void;
  close(): void;
}

export function openLine(face: Face, talk: Talk): Line {
  const state = signal<LineState>('off');
  let wanted = false;
  let greeted = false;
  /** There is no socket, but HTTP works. */
  let byPost = false;
  let posting = false;
  let failures = 0;
  let afterBye = 0;
  let poll: ReturnType<typeof setTimeout> | undefined;
  let slow: ReturnType<typeof setTimeout> | undefined;

  const socket = openSocket({
    url: face.url, protocols: () => face.protocols(), restsWhenHidden: !!face.restsWhenHidden,
    opened: hi,
    heard(text) {
      let value: unknown;
      try {
        value = JSON.parse(text);
      } catch {
        return; // rule P5: what is no frame is passed over
      }
      talk.hear(value, true);
    },
    lost,
    rests: () => { leave('off'); },
    // The page may not come back: what is unanswered is said once more, in a way that outlives it.
    leaving() {
      const waiting = talk.waiting();
      if (face.post && waiting.length) void post(face.post, whatFits(waiting), true).then(hearAll);
    },
  });

  function say(frame: object): boolean {
    return socket.send(JSON.stringify(frame));
  }
  function hi(): void {
    say(talk.hi());
  }

  function leave(next: LineState): void {
    clearTimeout(poll);
    greeted = byPost = false;
    state.value = next;
    talk.cut();
  }

  function lost(code: number): void {
    failures++;
    if (FINAL.includes(code)) {
      close('stopped');
      if (code === CLOSE.token) face.onToken?.();
      return;
    }
    // While HTTP carries everything, another socket that failed changes nothing.
    if (!byPost) leave(code === CLOSE.superseded ? 'off' : 'broken'); // it will come back once somebody looks at this page
    if (code === CLOSE.slowDown) slow = setTimeout(() => socket.open(), Math.max(afterBye, SLOW_DOWN_MS));
    else if (failures >= FAILURES_BEFORE_POST && !byPost) void exchange();
    afterBye = 0;
  }

  /** One turn of the same conversation over HTTP. */
  async function exchange(): Promise<void> {
    if (!face.post || posting || greeted || !wanted) return;
    posting = true;
    const answers = await post(face.post, whatFits([talk.hi(), ...talk.waiting(), ...talk.besides()]));
    if (wanted && !greeted && answers !== 'token') {
      if (answers) byPost = true;
      else if (byPost) leave('broken');
    }
    hearAll(answers);
    posting = false; // not before: an answer that makes room must not send again what the next one acknowledges
    if (wanted && !greeted && byPost) poll = setTimeout(exchange, talk.waiting().length ? POLL_SOON_MS : POLL_MS);
  }

  function hearAll(answers: unknown[] | 'token' | undefined): void {
    if (answers === 'token') lost(CLOSE.token);
    else for (const answer of answers ?? []) talk.hear(answer, false);
  }

  function close(next: LineState): void {
    wanted = false;
    clearTimeout(slow);
    socket.close();
    leave(next);
  }

  return {
    state, say, hi,
    get greeted() { return greeted; },
    ask(frame) {
      if (greeted) return say(frame);
      if (byPost) void post(face.post!, [frame]).then(hearAll);
      return byPost;
    },
    greet(onSocket) {
      if (onSocket) {
        clearTimeout(poll);
        greeted = true;
        byPost = false;
        failures = 0;
      }
      state.value = 'on';
    },
    press() {
      if (!byPost) return;
      clearTimeout(poll);
      void exchange();
    },
    bye(after) {
      afterBye = after;
      socket.holdOff(after);
    },
    open() {
      wanted = true;
      if (greeted) return;
      if (!byPost) state.value = 'connecting';
      socket.open();
    },
    close: () => close('off'),
  };
}
