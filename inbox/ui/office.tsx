/** Everything behind the door: the boxes at the side, and beside them the threads or the settings. */
import { useEffect } from 'preact/hooks';
import { words } from '../words.ts';
import { useInbox, useSignedIn } from './context.ts';
import { Details } from './details.tsx';
import { useKeys } from './keys.ts';
import { BlockDialog } from './known.tsx';
import { List } from './list.tsx';
import { Notice } from './notice.tsx';
import { Palette } from './palette.tsx';
import { PendingDialog } from './pending.tsx';
import { SearchDialog } from './search.tsx';
import { ReportPage } from './report/page.tsx';
import { Settings } from './settings.tsx';
import { Shortcuts } from './shortcuts.tsx';
import { Sidebar } from './sidebar.tsx';
import { SignOut } from './sign-out.tsx';
import { TagsDialog } from './tags.tsx';
import { Thread } from './thread.tsx';
import { useDetails } from './width.ts';

export function Office() {
  const inbox = useInbox();
  const { desk } = useSignedIn();
  const details = useDetails();
  const place = inbox.place.value;
  const dialog = inbox.dialog.value;
  const close = () => (inbox.dialog.value = undefined);
  useKeys(inbox, desk, details.toggle);

  // One address, one page: a phone that comes from a thread to the list must not start in the middle of it.
  useEffect(() => {
    if (!desk.thread.value) details.close();
  }, [desk.thread.value]);

  const isOpen = place.at === 'box' && place.thread !== undefined;
  const row = isOpen && details.isOpen.value ? desk.row.value : undefined;
  return (
    <div class="office" data-at={place.at} data-pane={isOpen ? 'thread' : 'list'}
      data-details={row ? 'open' : 'closed'}>
      <Sidebar />
      <div class="sheet">
        <Notice />
        {place.at === 'settings' ? <Settings section={place.section} /> : place.at === 'report' ? <ReportPage /> : (
          <main class="panes">
            <List />
            <Thread details={details} />
            {row && <Details row={row} onClose={details.isWide.value ? details.toggle : details.close} />}
          </main>
        )}
      </div>
      {dialog === 'pending' && <PendingDialog onClose={close} />}
      {dialog === 'shortcuts' && <Shortcuts onClose={close} />}
      {dialog === 'palette' && <Palette toggleDetails={details.toggle} onClose={close} />}
      {dialog === 'search' && <SearchDialog onClose={close} />}
      {dialog === 'tags' && desk.row.value && <TagsDialog row={desk.row.value} onClose={close} />}
      {dialog === 'block' && desk.row.value && <BlockDialog row={desk.row.value} onClose={close} />}
      {dialog === 'sign-out' && <SignOut onClose={close} />}
      <p class="unseen" aria-live="polite">{desk.unread.value > 0 ? words.unreadThreads(desk.unread.value) : ''}</p>
    </div>
  );
}
