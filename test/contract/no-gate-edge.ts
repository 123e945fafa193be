/**
 * An edge deployment that is wrong on purpose, for the torture's control run: it answers first and writes later. The runtime's
 * own gate cannot be switched off, but nothing it holds back was told here.
 */
import { BrandObject as Product } from '../../server/hosts/cloudflare.ts';

export { default, Directory, Scrypt } from '../../server/hosts/cloudflare.ts';

/** Whoever is killed in this time has told what is not there. */
const LATER_MS = 250;

export class BrandObject extends Product {
  override webSocketMessage(socket: EdgeSocket, message: string | ArrayBuffer): void {
    const frame = JSON.parse(String(message)) as { type: string; id: string; thread: string };
    if (frame.type !== 'say') return super.webSocketMessage(socket, message);
    socket.send(JSON.stringify({ type: 'ack', id: frame.id, thread: frame.thread, seq: 0, at: Date.now() }));
    setTimeout(() => super.webSocketMessage(socket, message), LATER_MS);
  }
}
