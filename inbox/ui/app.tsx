/** Which page stands on the screen. */
import { useSignalEffect } from '@preact/signals';
import type { Inbox } from '../state.ts';
import { words } from '../words.ts';
import { InboxContext } from './context.ts';
import { Join } from './join.tsx';
import { Office } from './office.tsx';
import { SignIn } from './sign-in.tsx';
import { UndoToast } from './undo.tsx';

export function App({ inbox }: { inbox: Inbox }) {
  useSignalEffect(() => {
    document.title = inbox.title.value;
  });
  useSignalEffect(() => {
    const theme = inbox.theme.value;
    if (theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
  });
  return (
    <InboxContext.Provider value={inbox}>
      <Screen inbox={inbox} />
      <div class="toasts">
        <div role="status" aria-live="polite">{inbox.toast.value && <p class="toast">{inbox.toast.value}</p>}</div>
        {inbox.desk.value && <UndoToast />}
      </div>
    </InboxContext.Provider>
  );
}

function Screen({ inbox }: { inbox: Inbox }) {
  const who = inbox.who.value;
  if (who.is === 'in') return <Office />;
  if (who.is === 'out') return <SignIn expired={who.why === 'expired'} />;
  if (who.is === 'invited') return <Join code={who.code} />;
  return <main class="splash" aria-busy="true"><span class="spinner" /><p class="unseen">{words.loading}</p></main>;
}
