/** The edge deployment, with a window: which brands were awake, and which the directory was asked for. The product has none. */
import product, { BrandObject as Product, Directory as ProductDirectory, Scrypt } from '../../server/hosts/cloudflare.ts';
import type { Entry } from '../../server/hosts/cloudflare-directory.ts';
import type { Env } from '../../server/hosts/cloudflare-env.ts';

export { Scrypt };

/** Beside the objects, which come and go: the isolate stays. */
const seen = { awake: [] as string[], asked: [] as string[] };
export type Seen = typeof seen;

export class BrandObject extends Product {
  constructor(ctx: EdgeObjectState, env: Env) {
    super(ctx, env);
    seen.awake.push(this.id);
  }
}

export class Directory extends ProductDirectory {
  override find(id: string): Promise<Entry | undefined> {
    seen.asked.push(id);
    return super.find(id);
  }
}

// biome-ignore lint/style/noDefaultExport: the runtime looks for it
export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    if (new URL(request.url).pathname === '/seen') return Response.json(seen);
    // As if there were nothing before the object.
    const brand = request.headers.get('x-past-the-edge');
    return brand === null ? product.fetch(request, env) : env.BRAND.getByName(brand).fetch(request);
  },
};
