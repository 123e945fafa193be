/** One place in a thread that somebody wants to see: a message by its number, a note by its time. */
import type { Entry, Id, Message, Seq, Time } from '../protocol/messages.ts';

export interface Aim { thread: Id; at: Time; seq?: Seq | undefined }

/** @returns the id under which it stands in the log; nothing while it is not held */
export function hit({ at, seq }: Aim, messages: readonly Message[], entries: readonly Entry[]): Id | undefined {
  return seq !== undefined
    ? messages.find((message) => message.seq === seq)?.id
    : entries.find((entry) => entry.what === 'note' && entry.at === at)?.id;
}

/** Whether older pages may still bring it. */
export function isOlder({ at, seq }: Aim, messages: readonly Message[]): boolean {
  const first = messages[0];
  return !first || (seq !== undefined ? first.seq > seq : first.at > at);
}
