/** A line that can be cut: a TCP proxy in front of the server, so that to browsers the network itself is gone. */
import { createConnection, createServer, type Server, type Socket } from 'node:net';

export class Line {
  readonly #to: number;
  readonly #from: string | undefined;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port: number;
  #held = false;

  /**
   * @param to the port of the server behind it, on this machine
   * @param from the address of this machine (127.x.y.z) that the server sees whoever comes through at
   */
  constructor(port: number, to: number, from?: string) {
    this.#port = port;
    this.#to = to;
    this.#from = from;
  }

  get port(): number {
    return this.#port;
  }

  get isCut(): boolean {
    return this.#server === undefined;
  }

  /** Lets people through. Port 0 takes any that is free, and keeps it. */
  async mend(): Promise<void> {
    if (this.#server) return;
    const server = createServer((near) => this.#connect(near));
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, () => resolve());
    });
    const address = server.address();
    if (address && typeof address === 'object') this.#port = address.port;
  }

  /** Every connection breaks, and new ones are refused. */
  async cut(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    for (const socket of this.#sockets) socket.resetAndDestroy();
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  /** Connections stay open and nothing gets through: a line that is dead without saying so. */
  hold(): void {
    this.#held = true;
    for (const socket of this.#sockets) socket.pause();
  }

  /** What was held back arrives. */
  release(): void {
    this.#held = false;
    for (const socket of this.#sockets) socket.resume();
  }

  #connect(near: Socket): void {
    const far = createConnection({ port: this.#to, host: '127.0.0.1', ...(this.#from ? { localAddress: this.#from } : {}) });
    for (const [from, to] of [[near, far], [far, near]] as const) {
      this.#sockets.add(from);
      from.setNoDelay(true);
      from.on('data', (bytes) => {
        if (to.writable) to.write(bytes);
      });
      from.on('end', () => to.end());
      // A broken connection is what this is for; its other half goes with it.
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.#sockets.delete(from);
        to.destroySoon();
      });
      if (this.#held) from.pause();
    }
  }
}
