/**
 * What the core asks of the machine it runs on. The core is synchronous and knows no host: one object owns one
 * brand's SQLite database, handles one thing at a time, and what it tells leaves only after its commit.
 */
import type { Id, Time } from '../protocol/messages.ts';
import type { Settings } from '../protocol/settings.ts';
import type { Brand } from './brand.ts';
import type { Header } from './moving.ts';

export type Bind = string | number | null | Uint8Array;

export interface Host {
  /** One statement. Every `?` is bound; integers come back as numbers, blobs as Uint8Array. */
  sql<Row extends object>(query: string, ...params: Bind[]): Row[];
  /** Several statements without parameters: migrations. */
  script(statements: string): void;
  /** Nests. If `work` throws, its rows are rolled back and the frames it sent are dropped. */
  transaction<T>(work: () => NotPromise<T>): T;
  now(): Time;
  random(bytes: number): Uint8Array<ArrayBuffer>;
  /** One alarm: `brand.wake()` is called at or after `at`. `jobs.ts` alone calls this. */
  wakeAt(at: Time | null): void;
  /** The disk was full a moment ago: write only what was asked for, so that reading goes on. */
  readonly full: boolean;
  /** After the commit: what was deleted shall no longer be readable in the files. */
  scrub(): void;
  /** Those that are open, all of them or those with this tag. */
  connections(tag?: string): Connection[];
  /** Ids, sizes, codes and durations only: never text, names, addresses or tokens. */
  log(event: string, fields?: Record<string, string | number | boolean>): void;
}

/** A handler may not be async: its writes would fall into somebody else's transaction. */
export type NotPromise<T> = T extends PromiseLike<unknown> ? never : T;

export interface Connection {
  /** Leaves after the commit of the handler that sends it, in order. */
  send(frame: object): void;
  /** The same: after what was sent before. */
  close(code: number, reason: string): void;
  /** Survives hibernation; at most 2 KB as JSON. Assign to change it. */
  data: Who;
  /** When something last came in. */
  readonly heard: Time;
}

/** Who is at the other end: settled at the door, before the core hears the first frame. */
export type Who = VisitorWho | AgentWho;
export interface VisitorWho {
  role: 'visitor';
  connection: Id;
  /** Her id; the row behind it exists only once she has said something. */
  visitor: Id;
  /** SHA-256 of her token, hex. */
  token: string;
  /** A keyed hash of the address, for rate limits; never the address. */
  from: string;
  device?: string;
  /** Set by `hi`. */
  greeted?: boolean;
  lang?: string;
  zone?: string;
  page?: { url: string; title?: string; referrer?: string };
}
export interface AgentWho {
  role: 'agent';
  connection: Id;
  agent: Id;
  /** SHA-256 of the session, hex: revoking it closes the connection. */
  session: string;
  from: string;
  greeted?: boolean;
  /** The thread she has before her on it, and since when. */
  looking?: { thread: Id; at: Time };
}

/** Tags a host finds connections by. */
export const tagOf = (who: Who): string[] =>
  who.role === 'visitor' ? ['visitors', `v:${who.visitor}`] : ['agents', `a:${who.agent}`];

/** One brand's single writer, as the doors see it. */
export interface Owner {
  readonly id: Id;
  /** Runs one handler as one transaction; resolves when what it wrote is on disk, rejects if it threw or the commit failed. */
  run<T>(handler: (brand: Brand) => NotPromise<T>): Promise<T>;
}

/** The house that many brands live in: what the doors (`app.ts`) ask of the machine. */
export interface House {
  owner(brand: Id): Promise<Owner | undefined>;
  /** Slow on purpose, and off the thread that relays: N = 2^15, r = 8, p = 3, 32 bytes. */
  scrypt(password: string, salt: Uint8Array): Promise<Uint8Array>;
  random(bytes: number): Uint8Array<ArrayBuffer>;
  now(): Time;
  log: Host['log'];
  /** A file of the built widget or inbox, or nothing. `path` is relative and already free of `..`; with `.br` behind it, the same in brotli. */
  asset(path: string): Promise<{ body: Uint8Array<ArrayBuffer> } | undefined>;
  /** Where people reach this server, like `https://chat.example`: links and cookies depend on it. */
  readonly url: string;
  /** Between two handlers of one long work: resolves when others have been heard. */
  pause(): Promise<void>;
  /** Set once this process has begun to drain. */
  readonly draining: boolean;
}

/** A house whose brands come and go: what an operator's errands ask of the machine. */
export interface Estate extends House {
  brands(): Promise<Id[]>;
  /** @throws when the id is no brand id, or taken. */
  create(brand: Id, settings: Settings): Promise<Owner>;
  /** A new brand that is empty and lets nobody in: see `arrive`. Never half made. @throws when the id is no brand id, or taken */
  makeRoom(brand: Id, header: Header): Promise<Owner>;
  /** For good. Whoever is connected to it is cut off. */
  remove(brand: Id): Promise<void>;
}

/** What a host hands to Hono with each request (`c.env`). */
export interface Bindings {
  /** The client's address: the socket's, or the configured proxy's word for it. */
  address: string;
  /** Turns this upgrade request into a connection of that brand. Only on a request that asks for an upgrade. */
  accept?(owner: Owner, who: Who): Response | Promise<Response>;
}
