/** Brings the outbox out, in order and a few at a time, and takes the answers in. */
import type { Nak } from '../protocol/frames.ts';
import { WINDOW } from '../protocol/limits.ts';
import type { Id } from '../protocol/messages.ts';
import type { Happening } from './face.ts';
import type { Outbox } from './outbox.ts';

export interface Courier<Frame> {
  /** Sends what may be sent. @param transmit says whether there was a line. */
  pump(transmit: (frame: Frame) => boolean): void;
  /** What may be sent now, whether or not it is on the way. */
  waiting(): Frame[];
  /** A new line, or none: whatever has no answer will be sent again. */
  again(): void;
  /** Acknowledged, in one way or another. */
  done(ids: Id[]): Promise<void>;
  /** @returns milliseconds until it may be sent again, or nothing when it never will. */
  refused(nak: Nak): number | undefined;
}

export function openCourier<Frame extends { type: string; id: Id }>(outbox: Outbox<Frame>, tell: (happening: Happening) => void): Courier<Frame> {
  const flying = new Set<Id>();
  /** All wait when one must: what comes after it may not overtake. */
  let pausedUntil = 0;
  const waiting = () => Date.now() < pausedUntil ? []
    : outbox.pending.value.filter(({ fate }) => fate !== 'refused').map(({ frame }) => frame);

  return {
    waiting,
    pump(transmit) {
      const sent = new Set<Id>();
      for (const frame of waiting()) {
        if (flying.has(frame.id)) continue;
        if (flying.size >= WINDOW || !transmit(frame)) break;
        flying.add(frame.id);
        sent.add(frame.id);
      }
      outbox.mark('sending', ({ frame }) => sent.has(frame.id));
      for (const id of sent) tell({ type: 'fate', id, fate: 'sending' });
    },
    again() {
      flying.clear();
      pausedUntil = 0;
      outbox.mark('saved', () => true);
    },
    async done(ids) {
      const known = new Set(outbox.pending.value.map(({ frame }) => frame.id));
      const left = ids.filter((id) => known.has(id));
      for (const id of left) flying.delete(id);
      const gone = left.length ? outbox.remove(left) : undefined;
      for (const id of left) tell({ type: 'fate', id, fate: 'sent' });
      await gone;
    },
    refused({ id, code, retryAfter }) {
      flying.delete(id);
      if (retryAfter === undefined) {
        void outbox.refuse(id, code);
        tell({ type: 'fate', id, fate: 'failed', refusal: code });
        return undefined;
      }
      outbox.mark('saved', ({ frame }) => frame.id === id);
      pausedUntil = Math.max(pausedUntil, Date.now() + retryAfter);
      return retryAfter;
    },
  };
}
