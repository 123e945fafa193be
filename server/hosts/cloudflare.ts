/** Leaveword at the edge: the Worker, which finds a brand's object and answers what needs none. */
import { answer } from './cloudflare-edge.ts';
import type { Env } from './cloudflare-env.ts';
import { operate } from './cloudflare-operator.ts';

export { BrandObject } from './cloudflare-brand.ts';
export { Directory } from './cloudflare-shelf.ts';
export { Scrypt } from './cloudflare-scrypt.ts';

// biome-ignore lint/style/noDefaultExport: the runtime looks for it
export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    return new URL(request.url).pathname.startsWith('/operator/') ? operate(request, env) : answer(env, request);
  },
};
