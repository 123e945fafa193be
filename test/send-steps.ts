/**
 * Stops a page at a chosen step of sending a message, so that what can happen to a page happens exactly there. Runs in the
 * page, before its scripts; the page's server is asked by a request that blocks, and does the rest from outside.
 */

/** Each step of a message, in order. */
export const STEPS = ['to be kept', 'kept', 'to be sent', 'sent', 'acknowledged', 'to be let go', 'let go'] as const;
export type Step = (typeof STEPS)[number];

/** What a page does to itself when it gets there; everything else is done to it. */
export type Next = 'goes on' | 'reloads' | 'turns the page';

export interface Trap { step: Step; next: Next }

/** To be given to `addInitScript`. `window.trap` is set later, when the message is about to be written. */
export function watchSteps(): void {
  const page = window as unknown as { trap?: Trap; restored?: boolean; hasLine?: boolean; load: number };
  page.load = Number(sessionStorage.getItem('load')) + 1;
  sessionStorage.setItem('load', String(page.load));
  addEventListener('pageshow', (event) => { page.restored = event.persisted; });

  const reach = (step: Step) => {
    const { trap } = page;
    if (trap?.step !== step) return;
    delete page.trap;
    const ask = new XMLHttpRequest();
    ask.open('GET', `/reached?by=${encodeURIComponent(location.pathname)}`, false);
    ask.send();
    if (trap.next === 'reloads') location.reload();
    if (trap.next === 'turns the page') location.assign('/another');
  };

  const isMessage = (key: unknown) => typeof key === 'string' && key.startsWith('out:');
  const { put, delete: drop } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.put = function (this: IDBObjectStore, value: unknown, key?: IDBValidKey) {
    if (isMessage(key)) {
      reach('to be kept');
      this.transaction.addEventListener('complete', () => reach('kept'));
    }
    return put.call(this, value, key);
  };
  IDBObjectStore.prototype.delete = function (this: IDBObjectStore, key: IDBValidKey | IDBKeyRange) {
    if (isMessage(key)) {
      reach('to be let go');
      this.transaction.addEventListener('complete', () => reach('let go'));
    }
    return drop.call(this, key);
  };

  const listening = new WeakSet<WebSocket>();
  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = function (this: WebSocket, data: string) {
    if (!listening.has(this)) {
      listening.add(this);
      // After what the client itself does with it: the answer has been taken in, and nothing is written yet.
      this.addEventListener('message', ({ data: heard }) => {
        if (String(heard).includes('"type":"ok"')) page.hasLine = true;
        if (String(heard).includes('"type":"ack"')) reach('acknowledged');
      }, { capture: true });
    }
    const says = data.includes('"type":"say"');
    if (says) reach('to be sent');
    send.call(this, data);
    if (says) reach('sent');
  };
}
