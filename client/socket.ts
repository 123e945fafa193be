/**
 * One line to the server that comes back by itself. It knows when the line is dead and when to try again, and nothing of
 * what is said on it: no queue (the outbox is one, on disk) and no meaning.
 */
import ReconnectingWebSocket from 'partysocket/ws';
import { CLOSE } from '../protocol/frames.ts';
import { HEARTBEAT_MS, PONG_MS } from '../protocol/limits.ts';
import { inTime } from './in-time.ts';

/** Full jitter: a random wait below a ceiling that doubles, so that a deploy is not followed by everybody at once. */
const FIRST_CEILING_MS = 1_000;
const LAST_CEILING_MS = 60_000;
/** Slow phone networks need several seconds for DNS, TLS and the upgrade. */
const CONNECT_MS = 10_000;
/** A line that was answered and lived this long was good: the next failure starts with short waits again. */
const GOOD_MS = 5_000;
/** A tab nobody looks at gives its line back; long enough to look something up elsewhere. */
const HIDDEN_MS = 5 * 60_000;
const PING = '{"type":"ping"}';

export interface Line {
  url: string;
  /** Asked before every attempt; a rejection counts as a failed attempt. */
  protocols(): Promise<string[]>;
  /** Closed when the page has been hidden for long. */
  restsWhenHidden?: boolean;
  opened(): void;
  heard(text: string): void;
  /** Not now: lost, or not even opened. `code` is 1000 where the browser tells none. */
  lost(code: number): void;
  /** It was closed from this side and is not being tried: the page is hidden or gone. */
  rests(): void;
  /** The page is hidden, and may never be seen again. */
  leaving(): void;
}

export interface Socket {
  /** False when there is no line now. */
  send(text: string): boolean;
  /** Wanted from now on; at once, where it was waiting to try again. */
  open(): void;
  /** Not wanted any more. */
  close(): void;
  /** Nothing is tried before this many milliseconds have passed. */
  holdOff(ms: number): void;
}

export function openSocket(line: Line): Socket {
  let socket: ReconnectingWebSocket | undefined;
  let wanted = false;
  let notBefore = 0;
  let askedFor = 0;
  let answeredAt = 0;
  let ceiling = 0;
  let asleep = false;
  let beat: ReturnType<typeof setTimeout> | undefined;
  let rest: ReturnType<typeof setTimeout> | undefined;

  const isOpen = () => socket?.readyState === WebSocket.OPEN;
  /** Rule X3: the server does not want us as we are. A greeting that came too late may come in time on the next line. */
  const isOver = (code: number) => code >= 4400 && code <= 4499 && (code !== CLOSE.silent || (line.restsWhenHidden && document.hidden));

  function start(): void {
    hangUp();
    answeredAt = ceiling = 0; // the first attempt waits for nothing
    const own = new ReconnectingWebSocket(line.url, () => protocols(own), {
      maxEnqueuedMessages: 0,
      connectionTimeout: CONNECT_MS,
      minUptime: GOOD_MS,
      // It reads its options before every wait, and knows growth but no chance: so each reading throws the dice.
      get minReconnectionDelay() {
        if (answeredAt && Date.now() - answeredAt >= GOOD_MS) ceiling = FIRST_CEILING_MS;
        answeredAt = 0;
        const wait = Math.random() * ceiling;
        ceiling = Math.min(LAST_CEILING_MS, ceiling * 2 || FIRST_CEILING_MS);
        return wait;
      },
      reconnectionDelayGrowFactor: 1,
      maxReconnectionDelay: LAST_CEILING_MS,
      shouldReconnectOnClose: ({ code }) => !isOver(code),
    });
    socket = own;
    own.addEventListener('open', () => {
      // Whatever is said on opening is answered, or nobody is there.
      expectWord();
      line.opened();
    });
    own.addEventListener('message', ({ data }) => {
      answeredAt ||= Date.now();
      clearTimeout(beat);
      beat = setTimeout(ping, HEARTBEAT_MS);
      if (typeof data === 'string') line.heard(data);
    });
    own.addEventListener('close', ({ code }) => {
      // The last word of an old socket, however late, must not silence the heartbeat of the new one.
      if (socket !== own) return;
      clearTimeout(beat);
      if (isOver(code)) hangUp();
      line.lost(code);
    });
  }

  async function protocols(own: ReconnectingWebSocket): Promise<string[]> {
    // A server that asked for time gets it, whoever else is in a hurry.
    // But no more than it asked for: the clock may have been set back since.
    const wait = Math.min(notBefore - Date.now(), askedFor);
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    try {
      return await inTime(line.protocols(), CONNECT_MS);
    } catch (error) {
      if (socket === own) line.lost(1000);
      throw error;
    }
  }

  function hangUp(): void {
    clearTimeout(beat);
    const old = socket;
    socket = undefined;
    old?.close();
  }

  function ping(): void {
    if (!isOpen()) return;
    socket!.send(PING);
    expectWord();
  }

  /** Any frame clears the timer. By the clock and not by ticks: timers of hidden tabs come late, and a late one proves nothing. */
  function expectWord(): void {
    const asked = Date.now();
    clearTimeout(beat);
    beat = setTimeout(() => {
      if (!isOpen()) return;
      if (Date.now() - asked > PONG_MS * 2) return ping();
      start();
      line.lost(1000);
    }, PONG_MS);
  }

  /** Something changed around us: the network, or who is looking. Better to know now than at the next heartbeat. */
  function check(event: Event): void {
    clearTimeout(rest);
    if (!wanted || (asleep && document.hidden)) return;
    asleep = false;
    if (isOpen()) ping();
    // An attempt under way goes on, unless it was begun on another network.
    else if (event.type === 'online' || socket?.readyState !== WebSocket.CONNECTING) start();
  }

  function look(event: Event): void {
    if (document.hidden) {
      line.leaving();
      if (line.restsWhenHidden) rest = setTimeout(sleep, HIDDEN_MS);
    } else check(event);
  }

  /** Also because a page with an open line may not go into the browser's back-forward cache. */
  function sleep(): void {
    line.leaving();
    asleep = true;
    hangUp();
    line.rests();
  }

  const listeners: [EventTarget, string, (event: Event) => void][] = [
    [window, 'online', check], [window, 'offline', check], [window, 'pageshow', check], [window, 'pagehide', sleep],
    [document, 'visibilitychange', look],
  ];

  return {
    send(text) {
      return isOpen() && socket!.send(text);
    },
    open() {
      if (!wanted) for (const [target, type, listener] of listeners) target.addEventListener(type, listener);
      wanted = true;
      asleep = false;
      if (!isOpen()) start();
    },
    close() {
      wanted = false;
      clearTimeout(rest);
      for (const [target, type, listener] of listeners) target.removeEventListener(type, listener);
      hangUp();
    },
    holdOff(ms) {
      askedFor = ms;
      notBefore = Date.now() + ms;
    },
  };
}
