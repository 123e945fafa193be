/** What the keyboard can do: the table the keyboard itself goes by. */
import { words } from '../words.ts';
import { COMMANDS, printed, SECTIONS } from './commands.ts';
import { Dialog } from './dialog.tsx';

export function Shortcuts({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title={words.shortcuts} onClose={onClose}>
      <div class="keys-sections">
        {SECTIONS.map((section) => (
          <section key={section}>
            <h3 class="eyebrow">{words.know.sections[section]}</h3>
            <dl class="keys">
              {COMMANDS.map(({ id, section: its, label, key }) => its === section && key && (
                <div key={id}><dt><Key name={key} /></dt><dd>{label}</dd></div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}

export function Key({ name }: { name: string }) {
  return <span class="keys-pressed">{printed(name).map((part) => <kbd key={part}>{part}</kbd>)}</span>;
}
