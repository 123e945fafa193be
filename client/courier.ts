/** Brings the outbox out, in order and a few at a time, and takes refusals in. What is `sending` has no answer yet on this line. */
import type { Nak } from '../protocol/frames.ts';
import { WINDOW } from '../protocol/limits.ts';
import type { Happening } from './face.ts';
import type { Outbox } from './outbox.ts';

export interface Courier<Frame> {
  /** Sends what may be sent. @param transmit says whether there was a line. */
  pump(transmit: (frame: Frame) => boolean): void;
  /** What may be sent now, whether or not it is on the way. */
  waiting(): Frame[];
  /** A new line, or none: whatever has no answer will be sent again. */
  again(): void;
  /** @returns milliseconds until anything may be sent again: then `rested` has to be called. */
  refused(nak: Nak): number;
  /** The time is over, whatever the clock says: it may have been set back, and timers come early by a hair. */
  rested(): void;
}

export function openCourier<Frame extends { type: string; id: string }>(
  { pending, mark, refuse }: Outbox<Frame>, tell: (happening: Happening) => void,
): Courier<Frame> {
  /** All wait when one must: what comes after it may not overtake. */
  let pausedUntil = 0;
  /** No later answer makes it longer than the longest that was asked for. */
  let longest = 0;
  const willing = () => Date.now() < pausedUntil ? [] : pending.value.filter(({ fate }) => fate !== 'refused');

  return {
    waiting: () => willing().map(({ frame }) => frame),
    pump(transmit) {
      let flying = willing().filter(({ fate }) => fate === 'sending').length;
      for (const { frame, fate } of willing()) {
        if (fate === 'sending') continue;
        if (flying++ >= WINDOW || !transmit(frame)) return;
        mark('sending', frame.id);
        tell({ type: 'fate', id: frame.id, fate: 'sending' });
      }
    },
    again() {
      pausedUntil = longest = 0;
      mark('saved');
    },
    refused({ id, code, retryAfter = 0 }) {
      if (retryAfter) {
        longest = Math.max(longest, retryAfter);
        pausedUntil = Math.max(pausedUntil, Date.now() + retryAfter);
        mark('saved', id);
      } else {
        void refuse(id, code);
        tell({ type: 'fate', id, fate: 'failed', refusal: code });
      }
      return Math.min(Math.max(0, pausedUntil - Date.now()), longest);
    },
    rested() {
      pausedUntil = longest = 0;
    },
  };
}
