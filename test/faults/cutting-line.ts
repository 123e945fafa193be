/** A line between a client and a server that knows where each WebSocket frame begins and ends, and can be cut there, or fall silent. */
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export type Way = 'up' | 'down';
export const WHERE = ['before', 'inside', 'after'] as const;
export type Where = (typeof WHERE)[number];
/** Frame 0 is the handshake: the request or its answer. Counted over all connections, until it has been cut once. */
export interface Cut { way: Way; frame: number; where: Where }

export class CuttingLine {
  readonly #server: Server;
  readonly #cut: Cut | undefined;
  readonly #open = new Set<Socket>();
  readonly frames: Record<Way, number> = { up: 0, down: 0 };
  hasCut = false;
  connections = 0;
  /** Nothing passes any more, and nobody is told: no FIN, no reset. New connections are taken and left alone. */
  isSilent = false;

  constructor(to: number, cut?: Cut) {
    this.#cut = cut;
    this.#server = createServer((client) => {
      this.connections++;
      const server = connect(to, '127.0.0.1');
      this.#join(client, server, 'up');
      this.#join(server, client, 'down');
    });
  }

  async open(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return (this.#server.address() as AddressInfo).port;
  }
  close(): void {
    this.#server.close();
    for (const socket of this.#open) socket.destroy();
  }

  #join(from: Socket, to: Socket, way: Way): void {
    this.#open.add(from);
    const frames = new Frames();
    from.on('data', (bytes: Buffer) => {
      if (this.isSilent) return;
      for (const frame of frames.read(bytes)) {
        if (to.destroyed) return;
        const cut = !this.hasCut && this.#cut?.way === way && this.#cut.frame === this.frames[way] ? this.#cut : undefined;
        this.frames[way]++;
        if (!cut) to.write(frame);
        else return this.#end(from, to, cut.where === 'before' ? undefined : cut.where === 'inside' ? frame.subarray(0, Math.ceil(frame.length / 2)) : frame);
      }
    });
    from.on('close', () => {
      this.#open.delete(from);
      if (!this.isSilent) to.destroy();
    });
    // Whoever is cut off may say that it was.
    from.on('error', () => from.destroy());
  }

  #end(from: Socket, to: Socket, last: Buffer | undefined): void {
    this.hasCut = true;
    from.removeAllListeners('close').on('close', () => this.#open.delete(from));
    from.destroy();
    if (last) to.end(last, () => to.destroy());
    else to.destroy();
  }
}

const HEAD_ENDS = '\r\n\r\n';
/** Bytes of one direction, in frames; what is not whole waits for the rest. */
class Frames {
  #rest: Buffer = Buffer.alloc(0);
  #isUpgraded = false;

  *read(bytes: Buffer): Generator<Buffer> {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    for (let length = this.#length(); length <= this.#rest.length; length = this.#length()) {
      const frame = this.#rest.subarray(0, length);
      this.#rest = this.#rest.subarray(length);
      this.#isUpgraded = true;
      yield frame;
    }
  }

  /** Of what comes next, all in all; more than there is where it is not known yet. */
  #length(): number {
    const rest = this.#rest;
    if (!this.#isUpgraded) {
      const end = rest.indexOf(HEAD_ENDS);
      return end < 0 ? Infinity : end + HEAD_ENDS.length;
    }
    if (rest.length < 2) return Infinity;
    const small = rest[1]! & 0x7f;
    const size = small === 126 ? 2 : small === 127 ? 8 : 0;
    if (rest.length < 2 + size) return Infinity;
    const payload = size === 2 ? rest.readUInt16BE(2) : size === 8 ? Number(rest.readBigUInt64BE(2)) : small;
    return 2 + size + (rest[1]! & 0x80 ? 4 : 0) + payload;
  }
}
