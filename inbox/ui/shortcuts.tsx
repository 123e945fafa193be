/** What the keyboard can do. */
import { words } from '../words.ts';
import { Dialog } from './dialog.tsx';

export function Shortcuts({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title={words.shortcuts} onClose={onClose} narrow>
      <dl class="keys">
        {words.shortcutList.map(([key, what]) => <div key={key}><dt><kbd>{key}</kbd></dt><dd>{what}</dd></div>)}
      </dl>
    </Dialog>
  );
}
