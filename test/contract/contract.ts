/** Everything in `protocol/README.md` that a client can see, asked of a server that stands behind a wire. */
import { afterAll, afterEach, beforeAll, describe, vi } from 'vitest';
import { DEFAULTS } from '../../server/settings.ts';
import { connecting } from './connecting.ts';
import { frames } from './frames.ts';
import type { Served } from './hosts.ts';
import { everyRule } from './rules.ts';
import { Place } from './talk.ts';
import type { Truths } from './truths.ts';

// A cold start on a busy machine.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 90_000 });

export function contract(serve: () => Promise<Served>, truths: Truths): void {
  let served: Served;
  let acme: Place;
  beforeAll(async () => {
    served = await serve();
    [acme] = await Promise.all([Place.open(served, 'acme', { autoReply: { ...DEFAULTS.autoReply, when: 'never' } })]);
  });
  afterAll(() => served?.close());

  describe('what is answered at once', () => {
    afterEach(() => acme.hangUp());
    connecting(() => acme);
    frames(() => acme, truths);
  });
  everyRule();
}
