/** The server's end of the line, played by a test: what clients say is held until the test answers, flushes or cuts. */
import { vi } from 'vitest';

type Frame = { type: string } & Record<string, unknown>;

export class ScriptedLine {
  /** Sockets that were tried, in order. */
  readonly sockets: ScriptedSocket[] = [];
  /** Connections are refused, as by a network that is down. */
  down = false;
  /** Sees every frame but `ping` as it comes, unless `held`. */
  onFrame: ((frame: Frame, socket: ScriptedSocket) => void) | undefined;
  readonly said: Frame[] = [];

  /** Puts this line in the place of the browser's WebSocket. */
  install(): this {
    const line = this;
    vi.stubGlobal('WebSocket', class extends ScriptedSocket {
      constructor(url: string, protocols: string[]) {
        super(line, url, protocols);
      }
    });
    return this;
  }

  get socket(): ScriptedSocket {
    return this.sockets.at(-1)!;
  }
  /** Those that are open. */
  get open(): ScriptedSocket[] {
    return this.sockets.filter(({ readyState }) => readyState === 1);
  }
  tell(frame: object): void {
    for (const socket of this.open) socket.tell(frame);
  }
  of(type: string): Frame[] {
    return this.said.filter((frame) => frame.type === type);
  }
}

export class ScriptedSocket extends EventTarget {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  readyState = 0;
  binaryType = 'blob';
  readonly url: string;
  readonly protocols: string[];
  readonly said: Frame[] = [];
  /** Frames arrive nowhere, in either direction, and nobody is told: a line that is half open. */
  dead = false;
  readonly #line: ScriptedLine;

  constructor(line: ScriptedLine, url: string, protocols: string[]) {
    super();
    this.#line = line;
    this.url = url;
    this.protocols = protocols;
    line.sockets.push(this);
    setTimeout(() => {
      if (this.readyState !== 0) return;
      if (line.down) return this.#end(1006, true);
      this.readyState = 1;
      this.dispatchEvent(new Event('open'));
    }, 1);
  }

  send(text: string): void {
    if (this.readyState !== 1 || this.dead) return;
    const frame = JSON.parse(text) as Frame;
    this.said.push(frame);
    this.#line.said.push(frame);
    // No line answers before `send` has returned.
    queueMicrotask(() => this.#line.onFrame?.(frame, this));
  }
  tell(frame: object | string): void {
    if (this.readyState !== 1 || this.dead) return;
    this.dispatchEvent(new MessageEvent('message', { data: typeof frame === 'string' ? frame : JSON.stringify(frame) }));
  }
  close(): void {
    this.readyState = 3;
  }
  /** The server closes, or the network is cut (1006). */
  cut(code = 1006): void {
    this.#end(code, code === 1006);
  }

  #end(code: number, error: boolean): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    if (error) this.dispatchEvent(new Event('error'));
    this.dispatchEvent(new CloseEvent('close', { code, wasClean: !error }));
  }
}
