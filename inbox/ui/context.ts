/** How a component reaches the inbox it is part of. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Desk } from '../desk.ts';
import type { Inbox, Who } from '../state.ts';

export const InboxContext = createContext<Inbox | undefined>(undefined);

export function useInbox(): Inbox {
  const inbox = useContext(InboxContext);
  if (!inbox) throw new Error('this component stands outside of an inbox');
  return inbox;
}

/** Only below a signed-in inbox. */
export function useSignedIn(): Extract<Who, { is: 'in' }> {
  const who = useInbox().who.value;
  if (who.is !== 'in') throw new Error('this component needs somebody signed in');
  return who;
}

export const useDesk = (): Desk => useSignedIn().desk;
