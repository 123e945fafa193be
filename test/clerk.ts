/** An agent without a browser: she joins by her link, and says everything over plain requests (H2). */
import type { RunningServer } from './browser.ts';

export interface Clerk {
  /** A door of the desk. @throws for anything but 2xx */
  post(door: string, body: object): Promise<Response>;
  /** Frames, and what is answered to them, in order. */
  ask(...frames: object[]): Promise<unknown[]>;
}

export async function hireClerk(server: RunningServer, brand: string, link: string): Promise<Clerk> {
  let cookie = '';
  const clerk: Clerk = {
    async post(door, body) {
      const response = await fetch(`${server.url}/v1/${brand}/desk/${door}`, {
        method: 'POST', headers: { 'content-type': 'application/json', origin: server.url, cookie }, body: JSON.stringify(body),
      });
      if (!response.ok) throw new Error(`${door}: ${response.status} ${await response.text()}`);
      return response;
    },
    ask: async (...frames) => (await (await clerk.post('frames', { frames })).json() as { frames: unknown[] }).frames,
  };
  const joined = await clerk.post('join', { code: link.split('#join=')[1], name: 'Mina', password: 'Seventeen Kettles' });
  cookie = (joined.headers.get('set-cookie') ?? '').split(';')[0]!;
  return clerk;
}
