/** Requests byte by byte as they are written: no client's tidying up of addresses and headers, and every header of the answer. */
import { type IncomingMessage, request } from 'node:http';
import { newToken } from '../talker.ts';
import { elsewhere } from './hosts.ts';

export interface Asking {
  method?: string;
  origin?: string;
  from?: string;
  body?: string;
  headers?: Record<string, string>;
  /** Straight at this brand's object, where `watched-edge.ts` runs. */
  object?: string;
}
export interface Answer { status: number; headers: Record<string, string>; body: string }

export function askAsIs(port: number, path: string, { method = 'GET', origin, from = elsewhere(), body, headers = {}, object }: Asking = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({
      port, path, method, agent: false,
      headers: {
        'x-forwarded-for': from, ...(origin === undefined ? {} : { origin }), ...(object === undefined ? {} : { 'x-past-the-edge': object }),
        ...(body === undefined ? {} : { 'content-type': 'text/plain', 'content-length': String(Buffer.byteLength(body)) }), ...headers,
      },
    });
    sent.on('error', reject);
    sent.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve({ status: response.statusCode!, headers: headersOf(response), body: '' });
    });
    sent.on('response', async (response) => {
      const parts: Buffer[] = [];
      for await (const part of response) parts.push(part as Buffer);
      resolve({ status: response.statusCode!, headers: headersOf(response), body: String(Buffer.concat(parts)) });
    });
    sent.end(body);
  });
}

/** All but those of the connection itself. */
function headersOf({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !['date', 'connection', 'keep-alive', 'transfer-encoding'].includes(name)).map(([name, value]) => [name, String(value)]));
}

/** The headers of a knock on a line. */
export const line = (protocols = `chat.v1, t.${newToken()}`): Record<string, string> => ({
  connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==', 'sec-websocket-protocol': protocols,
});
