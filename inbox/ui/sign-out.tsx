/** Out, and nothing of hers stays on this device; what is not sent yet is named first. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { words } from '../words.ts';
import { useDesk, useInbox } from './context.ts';
import { Confirm } from './dialog.tsx';

export function SignOut({ onClose }: { onClose: () => void }) {
  const inbox = useInbox();
  const unsent = useDesk().engine.pending.value.length;
  const busy = useSignal(false);
  const leave = async () => {
    busy.value = true;
    await inbox.signOut();
    busy.value = false;
    onClose();
  };
  useEffect(() => {
    if (unsent === 0) void leave();
  }, []);
  if (unsent === 0) return null;
  return <Confirm title={words.signOut} text={words.signOutUnsent(unsent)} action={words.signOutAnyway} busy={busy.value} onConfirm={leave} onClose={onClose} />;
}
