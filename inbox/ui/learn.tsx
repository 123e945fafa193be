/** How threads that nobody sits waiting for are handled here, in five sentences. */
import { words } from '../words.ts';
import { useDesk } from './context.ts';
import { Dialog } from './dialog.tsx';
import * as icons from './icons.tsx';

const ICONS = [icons.Words, icons.Moon, icons.Checks, icons.Done, icons.People];

export function LearnDialog() {
  const { handling } = useDesk();
  return (
    <Dialog title={words.handling.learnTitle} onClose={() => handling.shut()}>
      <dl class="lessons">
        {words.handling.learn.map(([title, text], index) => {
          const Icon = ICONS[index]!;
          return (
            <div key={title} class="lesson">
              <dt><span class="lesson-icon"><Icon size={17} /></span>{title}</dt>
              <dd>{text}</dd>
            </div>
          );
        })}
      </dl>
      <footer class="dialog-foot">
        <button type="button" class="button button-main" onClick={() => handling.shut()}>{words.handling.gotIt}</button>
      </footer>
    </Dialog>
  );
}
