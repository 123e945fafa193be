/** Where to write to her when nobody can answer now (D19): offered in the thread, sent as a label, hers to change. */
import type { State } from '../state.ts';
import type { VisitorSync } from '../visitor.ts';
import css from './address.css';
import { type AddressForm, addressForm } from './address-form.ts';
import { dress, grow } from './grow.ts';
import { told as addresses, watched } from './told.ts';

/** Kept in the place of an address: she does not want to be asked. */
const NO = '-';

/** Offers it while there is a reason, from now on. */
export function address(state: State): void {
  if (watched.has(state)) return;
  watched.add(state);
  const { visitor, card, clusters, held, isOpen, places } = state;
  let shown: { form: AddressForm; place: HTMLElement; signs?: string } | undefined;
  let started: VisitorSync | undefined;
  /** What this device knew last, for when the server cannot be asked; nothing while it is looked up. */
  let kept: string | undefined = '';
  /** Said after the server told who she is. */
  let told = addresses.get(state);
  let wasOff = told === undefined;
  state.effect(look);

  function look(): void {
    const sync = visitor.sync.value;
    if (sync !== started) begin(sync);
    const me = sync?.me.value;
    const isOn = sync?.line.value === 'on';
    const mine = hears(sync);
    if (mine) told = mine.email;
    // With each line the server tells anew what it knows.
    else if (isOn && wasOff) told = undefined;
    wasOff = !isOn;
    const found = told ?? (me?.email || (isOn || kept === NO ? '' : kept));
    if (isOn && me && !mine && kept !== undefined && kept !== (found || (kept === NO ? NO : ''))) void visitor.keep('address', kept = found ?? '');

    const place = places.survey.current;
    // Looked at also while nothing can be shown: whoever looks is told of what comes.
    const due = isDue();
    if (!isOpen.value || !place || kept === undefined) return;
    if (me?.verified || !due || (!found && kept === NO)) {
      if (!shown?.form.isInUse()) remove();
      return;
    }
    if (shown?.place !== place) {
      remove();
      const form = addressForm(state, leave, decline);
      shown = { form, place };
      dress(place, css);
      grow(state, () => place.append(form.box));
    }
    const waits = !!mine?.waits && !isOn;
    const signs = `${found} ${waits}`;
    if (shown!.signs !== signs) grow(state, () => shown!.form.take(found ?? '', waits));
    shown!.signs = signs;
  }

  /** She has become somebody, or nobody. */
  function begin(sync: VisitorSync | undefined): void {
    const before = kept;
    started = sync;
    wasOff = told === undefined;
    if (!sync) told = undefined;
    kept = sync ? undefined : '';
    if (sync) visitor.kept('address').then((found) => {
      if (started !== sync) return;
      kept = typeof found === 'string' ? found : before ?? '';
      if (kept && kept !== found) void visitor.keep('address', kept);
      look();
    });
  }

  /** Her newest label with an address that is on its way. What was refused is shown once, and goes: nothing else could be done with it. */
  function hears(sync: VisitorSync | undefined): { email: string; waits: boolean } | undefined {
    let newest: { email: string; waits: boolean } | undefined;
    for (const { frame, fate, kept: onDisk } of sync?.pending.value ?? []) {
      if (frame.type !== 'label') continue;
      if (fate !== 'refused') {
        if (frame.email !== undefined) newest = { email: frame.email, waits: !!onDisk && fate === 'saved' };
        continue;
      }
      void sync!.discard(frame.id);
      if (frame.email === undefined) continue;
      told = undefined;
      if (shown) shown.signs = '';
      shown?.form.refused();
    }
    return newest;
  }

  /** Nobody can answer now what she has said, or as many wait as may. */
  function isDue(): boolean {
    const { row } = held.value ?? {};
    const last = clusters.value.at(-1);
    if (!card.value || row?.ended || last?.fate === 'refused') return false;
    if (card.value.busy && !row?.agent) return true;
    // Behind the brand's own reply, if there is one.
    return !card.value.available && !!last && last.by !== 'agent' && (!!last.seq || visitor.cut());
  }

  async function leave(email: string): Promise<void> {
    told = email;
    if (clusters.peek().length) await visitor.enter();
    else {
      // A label alone waits in no queue: nobody would ever see it.
      places.field.current!.focus();
      await state.say(email);
    }
    visitor.tell({ type: 'label', email });
  }

  function decline(): void {
    kept = NO;
    if (visitor.sync.peek()) void visitor.keep('address', NO);
    remove();
    places.field.current!.focus();
  }

  function remove(): void {
    if (!shown) return;
    const { box } = shown.form;
    shown = undefined;
    grow(state, () => box.remove());
  }
}
