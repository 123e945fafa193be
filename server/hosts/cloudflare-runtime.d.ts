/**
 * What we use of Cloudflare's runtime, and no more. Their own types bring a second world of globals (`Response`,
 * `WebSocket`, …) that cannot live beside the browser's, which the rest of this project is checked against.
 */
interface EdgeSocket extends WebSocket {
  /** At most 16,384 bytes serialised; survives hibernation. */
  serializeAttachment(attachment: unknown): void;
  deserializeAttachment(): unknown;
}

interface EdgeSqlCursor { toArray(): Record<string, string | number | null | ArrayBuffer>[] }

interface EdgeStorage {
  sql: { exec(query: string, ...params: (string | number | null | ArrayBuffer | ArrayBufferView)[]): EdgeSqlCursor };
  kv: { get<T>(key: string): T | undefined; put(key: string, value: unknown): void; delete(key: string): boolean };
  transactionSync<T>(work: () => T): T;
  getAlarm(): Promise<number | null>;
  setAlarm(at: number): Promise<void>;
  deleteAlarm(): Promise<void>;
  deleteAll(): Promise<void>;
  /** All that was written is on disk. */
  sync(): Promise<void>;
}

interface EdgeObjectState {
  /** `name` is there for objects that were found by name. */
  id: { name?: string; toString(): string };
  storage: EdgeStorage;
  waitUntil(work: Promise<unknown>): void;
  blockConcurrencyWhile<T>(work: () => Promise<T>): Promise<T>;
  acceptWebSocket(socket: EdgeSocket, tags: string[]): void;
  /** May still hold those that are closing. */
  getWebSockets(tag?: string): EdgeSocket[];
  setWebSocketAutoResponse(pair?: WebSocketRequestResponsePair): void;
  getWebSocketAutoResponseTimestamp(socket: EdgeSocket): Date | null;
}

declare class WebSocketRequestResponsePair {
  constructor(request: string, response: string);
}
declare class WebSocketPair {
  0: EdgeSocket;
  1: EdgeSocket;
}

interface CacheStorage {
  /** Of the place that answers; empty on a `workers.dev` address. */
  readonly default: Cache;
}

interface EdgeNamespace<Stub> {
  getByName(name: string): Stub & { fetch(request: Request): Promise<Response> };
  jurisdiction(name: string): EdgeNamespace<Stub>;
}

declare module 'cloudflare:workers' {
  /** Our own entrypoints. */
  export const exports: { Scrypt: import('./cloudflare-scrypt.ts').Scrypt };
  /** Goes on behind the answer. */
  export function waitUntil(work: Promise<unknown>): void;
  export class DurableObject<Env> {
    protected readonly ctx: EdgeObjectState;
    protected readonly env: Env;
    constructor(ctx: EdgeObjectState, env: Env);
  }
  export class WorkerEntrypoint<Env> {
    protected readonly env: Env;
  }
}
