/** Who she is on this device. Nothing is stored before she writes, and nothing asked of the server before she opens. */
import { type ReadonlySignal, signal } from '@preact/signals-core';
import { type Database, openDatabase } from '../client/database.ts';
import { type Happening, startSync, type Sync } from '../client/sync.ts';
import { makeToken } from '../client/token.ts';
import { uuid } from '../client/uuid.ts';
import type { Label, Rate, Track, VisitorMe, VisitorSay } from '../protocol/frames.ts';
import { SUBPROTOCOL } from '../protocol/limits.ts';
import type { Card, Thread } from '../protocol/messages.ts';
import { card as cardShape, row, TO_VISITOR } from '../protocol/to-visitor.ts';
import { here } from './page.ts';
import type { Seat } from './seat.ts';

export type Said = VisitorSay | Label | Track | Rate;
export type VisitorSync = Sync<Thread, Said, VisitorMe>;
export type Told = Omit<Label, 'id'> | Omit<Track, 'id'> | Omit<Rate, 'id'>;

export interface Visitor {
  /** Nothing while nothing of hers is on this device. */
  readonly sync: ReadonlySignal<VisitorSync | undefined>;
  /** What the brand shows to anybody; with a line, `me.card` is newer. */
  readonly card: ReadonlySignal<Card | undefined>;
  /** There is no line to the server, for all we know. */
  readonly cut: () => boolean;
  /** She has opened the panel, or has been here before: the server may be asked. */
  readonly acted: ReadonlySignal<boolean>;
  /** How often she has been forgotten. */
  readonly forgets: ReadonlySignal<number>;
  greet(): void;
  /** She is somebody from now on, with a token. */
  enter(): Promise<VisitorSync>;
  /** What the page tells of her, or she of an episode that ended; only once she is somebody. */
  tell(told: Told): void;
  /** Her token and the brand's signature of who she is; the status of the answer, 0 where there was none. */
  prove(jwt: string): Promise<number>;
  /** Small things of the panel, only of somebody who has written. */
  keep(key: 'draft' | 'sound' | 'address', value: string | boolean): Promise<void>;
  kept(key: 'draft' | 'sound' | 'address'): Promise<unknown>;
  /** Everything of hers leaves this device, in every tab. */
  forget(): Promise<void>;
}

export function openVisitor(seat: Seat, heard: (happening: Happening) => void): Visitor {
  const base = `${seat.server}v1/${seat.brand}/`;
  const name = `leaveword:${seat.brand}`;
  const sync = signal<VisitorSync | undefined>(undefined);
  const card = signal<Card | undefined>(undefined);
  const acted = signal(false);
  const forgets = signal(0);
  const unreachable = signal(false);
  let database: Database | undefined;
  let token = '';
  let entering: Promise<VisitorSync> | undefined;

  const enter = () => entering ??= (async () => {
    const own = database = openDatabase(name);
    token = await claim(own);
    const started: VisitorSync = startSync<Thread, Said, VisitorMe>({
      database: own, side: 'visitor', frames: TO_VISITOR, row, restsWhenHidden: true,
      url: `${base.replace('http', 'ws')}visitor`,
      protocols: async () => [SUBPROTOCOL, `t.${token}`],
      post: { url: `${base}frames`, type: 'text/plain', body: (frames) => JSON.stringify({ token, frames }) },
      hi: () => ({ page: here(), lang: seat.lang, zone: Intl.DateTimeFormat().resolvedOptions().timeZone }),
      async onToken() {
        // The server has erased who we were. What she wrote since is hers, and goes on under a new name.
        // Another tab may have heard it first, and have made the new name already.
        await own.change({ look: 'token', passes: (found) => found === token, drop: ['token'] });
        token = await claim(own);
        await started.renew();
      },
    });
    started.on((happening) => {
      heard(happening);
      if (happening.type === 'forgotten' && database === own) leave();
    });
    await started.painted;
    sync.value = started;
    acted.value = true;
    started.connect();
    return started;
  })();

  function leave() {
    seat.known = Promise.resolve(false);
    entering = undefined;
    sync.value?.stop();
    sync.value = undefined;
    acted.value = false;
    forgets.value++;
  }
  seat.known.then((known) => { if (known) enter(); });

  return {
    sync, card, acted, forgets, enter,
    cut: () => sync.value ? sync.value.line.value === 'broken' : unreachable.value,
    async greet() {
      acted.value = true;
      // `undefined`: this browser cannot tell whether she was here before, so it has to be looked up.
      if (entering || await seat.known !== false) return (await enter()).connect();
      try {
        const found = await (await fetch(`${base}card?lang=${seat.lang}`)).json();
        if (!cardShape(found)) card.value = found;
        unreachable.value = false;
      } catch {
        // No line, or no server: she can write all the same, and is told that it waits.
        unreachable.value = true;
      }
    },
    tell: (told) => void sync.value!.send({ ...told, id: uuid() } as Said),
    prove: (jwt) => fetch(`${base}identify`, {
      method: 'POST', headers: { 'content-type': 'text/plain' }, body: JSON.stringify({ token, jwt }),
    }).then(({ status }) => status, () => 0),
    async keep(key, value) {
      if (!value && !entering) return;
      await enter();
      await database!.change(value ? { put: [[key, value]] } : { drop: [key] });
    },
    kept: (key) => database!.get(key),
    async forget() {
      if (entering) await (await entering).forget();
      else if (await seat.known !== false) await openDatabase(name).destroy();
      leave();
    },
  };
}

/** The token kept here, or a new one; of two tabs that make one at once, one wins. */
async function claim(database: Database): Promise<string> {
  const isToken = (found: unknown) => /^[\w-]{43}$/.test(found as string);
  const made = makeToken();
  await database.change({ look: 'token', passes: (found) => !isToken(found), put: [['token', made]], strict: true });
  const kept = await database.get('token');
  return isToken(kept) ? kept as string : made;
}
