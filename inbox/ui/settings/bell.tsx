/** Whether and how she is called when nobody looks: asked for here, and nowhere else. */
import { useEffect } from 'preact/hooks';
import { words } from '../../words.ts';
import { useDesk } from '../context.ts';
import * as icons from '../icons.tsx';

export function BellCard() {
  const { bell } = useDesk();
  const say = words.know.bell;
  const permission = bell.permission.value;
  useEffect(bell.look, []);
  const isOn = bell.wants.value && permission === 'granted';
  return (
    <section class="block-card bell">
      <h2 class="label">{say.title}</h2>
      <p class="hint">{say.hint}</p>
      <label class="check">
        <input type="checkbox" checked={isOn} disabled={permission === 'unable'} aria-describedby="bell-state"
          onChange={async (event) => {
            const box = event.currentTarget;
            await bell.setWants(box.checked);
            box.checked = bell.wants.value;
          }} />
        <span>{say.show}<span class="hint">{say.showHint}</span></span>
      </label>
      <div id="bell-state" role="status">
        {(permission === 'denied' || permission === 'unable') && <p class="bell-state"><icons.Alert size={15} /><span>{say[permission]}</span></p>}
      </div>
      {isOn && (
        <label class="check">
          <input type="checkbox" checked={bell.text.value} onChange={(event) => bell.setText(event.currentTarget.checked)} />
          <span>{say.text}<span class="hint">{say.textHint}</span></span>
        </label>
      )}
      <label class="check">
        <input type="checkbox" checked={bell.sound.value} onChange={(event) => bell.setSound(event.currentTarget.checked)} />
        <span>{say.sound}<span class="hint">{say.soundHint}</span></span>
      </label>
    </section>
  );
}
