/** What a page may ask of the widget: `window.leaveword(verb, …)`. Types only; they are also those of the npm entry. */

export type MessageEvent = 'queued' | 'sending' | 'sent' | 'delivered' | 'seen' | 'failed';
/** A message is named by its ids; its text stays between visitor and team. `reason` comes with `failed`. */
export interface MessageNews { id: string; thread: string; reason?: string }

export interface Events {
  /** The button is there and calls are heard. */
  ready: undefined;
  open: undefined;
  close: undefined;
  unread: number;
  queued: MessageNews;
  sending: MessageNews;
  sent: MessageNews;
  delivered: MessageNews;
  seen: MessageNews;
  failed: MessageNews;
}
export type EventName = keyof Events;
export type Listener<Name extends EventName> = (news: Events[Name]) => void;

/** A message of hers that the server does not have yet. */
export interface PendingMessage { id: string; thread: string; at: number; fate: 'saved' | 'sending' | 'refused' }

/** Signed by the brand's own server, or what the page says about her, which agents see marked as unverified. */
export type Identity = { jwt: string } | { name?: string; email?: string };
export type TrackData = Record<string, string | number | boolean>;
/**
 * An order that counts as a sale of the agent who talked with her, during the conversation or up to 48 hours after its end.
 * One `id` counts once. Where one of the three is missing or of another kind, it is an event like all others.
 */
export interface Order extends TrackData {
  id: string;
  /** A whole number of the currency's smallest unit: 4900 is 49.00 EUR, and 4900 JPY. No fractions. */
  amount: number;
  /** Three capital letters, as in ISO 4217. */
  currency: string;
}

export interface Leaveword {
  /** Calls before the widget is loaded wait for it; a wrong call is named in the console and changes nothing. */
  (verb: 'open' | 'close' | 'toggle' | 'show' | 'hide'): void;
  (verb: 'identify', who: Identity): void;
  (verb: 'track', name: 'order', order: Order): void;
  (verb: 'track', name: string, data?: TrackData): void;
  <Name extends EventName>(verb: 'on' | 'off', event: Name, listener: Listener<Name>): void;
  (verb: 'pending'): Promise<PendingMessage[]>;
  /** Tries a refused message again; without an id, all of them. */
  (verb: 'retry', id?: string): void;
  /** Token, threads, outbox and draft are deleted from this device, in every tab. */
  (verb: 'forget'): Promise<void>;
  /** `forget`, and the button goes until `show`: for when your own user signs out. */
  (verb: 'shutdown'): Promise<void>;
}

export interface Options {
  /** The brand's id. */
  brand: string;
  /** Address of the Leaveword server, such as `https://chat.example/`. */
  server: string;
  /** `#rrggbb`; the brand's own colour when absent. */
  color?: string;
  position?: 'left' | 'right';
  /** Of the interface, such as `en`; what the browser asks for when absent. */
  lang?: string;
  /** No button: the page opens the panel itself. */
  hide?: boolean;
}

declare global {
  interface Window { leaveword: Leaveword }
}
