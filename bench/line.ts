/** A socket to a server that is measured, through its own doors, with nothing of a client behind it. */
import { WebSocket } from 'ws';
import { askDesk, elsewhere, type Served, SHOP } from '../test/contract/hosts.ts';

/** Each from another address: what one address may do is another question. */
function open(served: Served, path: string, secret: string, origin: string): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${served.url.replace('http', 'ws')}${path}`, ['chat.v1', `t.${secret}`], {
      origin, perMessageDeflate: false, headers: { 'x-forwarded-for': elsewhere() },
    });
    socket.once('error', reject);
    socket.once('open', () => resolve(socket));
  });
}

export const openVisitor = (served: Served, brand: string, token: string): Promise<WebSocket> => open(served, `/v1/${brand}/visitor`, token, SHOP);

export async function openAgent(served: Served, brand: string, cookie: string): Promise<WebSocket> {
  const { ticket } = await (await askDesk(served, brand, 'POST', 'ticket', { cookie })).json() as { ticket: string };
  return open(served, `/v1/${brand}/agent`, ticket, served.url);
}

export interface Answer { ms: number; text: string }

/**
 * Says it, and waits for the frame that answers it.
 * @param type of the answer; others are passed over
 * @throws when it is refused, or the line is closed
 */
export function ask(socket: WebSocket, frame: object, type: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const settle = (done: () => void) => {
      socket.off('message', hear);
      socket.off('close', closed);
      done();
    };
    const closed = (code: number) => settle(() => reject(new Error(`closed with ${code} before it said ${type}`)));
    const hear = (data: unknown) => {
      const text = String(data);
      const is = (said: string) => text.startsWith(`{"type":"${said}"`);
      if (is(type)) settle(() => resolve({ ms: performance.now() - began, text }));
      else if (is('refused') || is('bye')) settle(() => reject(new Error(`instead of ${type}: ${text}`)));
    };
    socket.on('message', hear);
    socket.on('close', closed);
    socket.send(JSON.stringify(frame));
  });
}

export const hi = (rev = 0, epoch?: string): object => ({ type: 'hi', v: 1, rev, ...(epoch ? { epoch } : {}) });
