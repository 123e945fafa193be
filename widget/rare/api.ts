/** The calls of a page beyond open and close. A wrong one is named in the console and changes nothing. */
import type { Happening } from '../../client/sync.ts';
import type { EventData } from '../../protocol/messages.ts';
import type { Call } from '../seat.ts';
import type { State } from '../state.ts';
import type { Told } from '../visitor.ts';
import { cancel, identify } from './identify.ts';
import { told as addresses, watched } from './told.ts';

const EVENTS = ['ready', 'open', 'close', 'unread', 'queued', 'sending', 'sent', 'delivered', 'seen', 'failed'];
// As in protocol/limits.ts, which cannot be shared with a file that loads alone; a test keeps the two together.
export const MOST = { name: 80, email: 254, event: 64, jwt: 4_096, fields: 20, text: 500 };
/** What the page told before she was anybody. */
const TOLD_MOST = 20;

export interface Api {
  call: Call;
  /** Tells the page's listeners. */
  tell(event: string, news?: unknown): void;
  hear(happening: Happening): void;
}

export function createApi(state: State): Api {
  const { visitor, said } = state;
  const listeners = new Map<unknown, Set<(news: unknown) => void>>(EVENTS.map((event) => [event, new Set()]));
  let told: Told[] = [];

  const tell = (event: string, news?: unknown) => {
    for (const listener of listeners.get(event)!) {
      try {
        listener(news);
      } catch (error) {
        // The page's own, which must not stop us, nor its other listeners.
        console.error(error);
      }
    }
  };
  const tellServer = (next: Told) => {
    if (visitor.sync.value) visitor.tell(next);
    else told = [...told, next].slice(-TOLD_MOST);
  };
  state.effect(() => {
    if (!visitor.sync.value) return;
    const all = told;
    told = [];
    for (const each of all) visitor.tell(each);
  });
  // A page cannot be asked what to do about it.
  state.effect(() => {
    for (const { frame: { type, id }, fate } of visitor.sync.value?.pending.value ?? []) {
      if (fate === 'refused' && (type === 'track' || (type === 'label' && !watched.has(state)))) void visitor.sync.value!.discard(id);
    }
  });
  // What was told of her, or proved, must not become the next one's.
  state.effect(() => {
    void visitor.forgets.value;
    told = [];
    addresses.delete(state);
    cancel();
  });

  const call: Call = ([verb, first, second]) => {
    const wrong = (what: string) => console.error(`leaveword('${String(verb)}', …): ${what}. Nothing was changed.`);
    switch (verb) {
      case 'on':
      case 'off': {
        const set = listeners.get(first);
        if (!set) return wrong(`there is no such event; there are ${EVENTS.join(', ')}`);
        if (typeof second !== 'function') return wrong('the listener must be a function');
        if (verb === 'off') set.delete(second as () => void);
        else if (first === 'ready') setTimeout(second as () => void);
        else set.add(second as () => void);
        return;
      }
      case 'identify': {
        const jwt = textOf(first, 'jwt', MOST.jwt);
        const name = textOf(first, 'name', MOST.name);
        const email = textOf(first, 'email', MOST.email);
        if (jwt) return identify(state, jwt);
        if (name === undefined && email === undefined) {
          return wrong(`it takes {jwt} of at most ${MOST.jwt} characters, or {name} of ${MOST.name} and {email} of ${MOST.email}`);
        }
        if (email !== undefined) addresses.set(state, email);
        return tellServer({ type: 'label', ...(name !== undefined && { name }), ...(email !== undefined && { email }) });
      }
      case 'track': {
        if (typeof first !== 'string' || !first || first.length > MOST.event) return wrong(`it takes a name of 1 to ${MOST.event} characters`);
        const data = second === undefined ? second : dataOf(second);
        if (data === null) return wrong(`its data is an object of at most ${MOST.fields} texts (${MOST.text} characters), numbers or booleans`);
        if (first === 'order' && !isOrder(data)) {
          console.warn("leaveword('track', 'order', …): not counted as an order, which has an id (text), an amount (whole number of the smallest unit) and a currency (three capital letters). Sent as an event like all others.");
        }
        return tellServer({ type: 'track', name: first, ...(data && { data }) });
      }
      case 'retry':
        for (const { frame: { id }, fate } of said.value) {
          if (fate === 'refused' && (first === undefined || first === id)) visitor.sync.value!.retry(id);
        }
        return;
      default:
        return wrong('there is no such call');
    }
  };
  return {
    call, tell,
    hear(happening) {
      if (happening.type !== 'fate') return;
      const { id, fate } = happening;
      const thread = said.value.find(({ frame }) => frame.id === id)?.frame.thread
        ?? state.threads.value.find(({ messages }) => messages.some((message) => message.id === id))?.row?.id;
      if (thread) tell(fate, { id, thread, ...(fate === 'failed' && { reason: happening.refusal }) });
    },
  };
}

/** Only her own properties count: the page's Object.prototype may have been written on. */
function textOf(from: unknown, name: string, most: number): string | undefined {
  const value = typeof from === 'object' && from && Object.hasOwn(from, name) ? (from as Record<string, unknown>)[name] : undefined;
  return typeof value === 'string' && value.length <= most ? value : undefined;
}

/** As the server asks for it, which decides. */
const isOrder = ({ id, amount, currency }: EventData = {}): boolean =>
  !!id && typeof id === 'string' && Number.isSafeInteger(amount) && (amount as number) >= 0 && /^[A-Z]{3}$/.test(currency as string);

/** A copy of what may go over the wire; null when something may not. */
function dataOf(value: unknown): EventData | null {
  if (typeof value !== 'object' || !value || Array.isArray(value)) return null;
  const entries = Object.entries(value);
  const fits = entries.length <= MOST.fields && entries.every(([key, each]) => key !== '__proto__' && key.length <= MOST.event
    && (typeof each === 'string' ? each.length <= MOST.text : typeof each === 'boolean' || Number.isFinite(each)));
  return fits ? Object.fromEntries(entries) as EventData : null;
}
