/** Copies a text, and says so. */
import { useSignal } from '@preact/signals';
import { words } from '../words.ts';
import { useInbox } from './context.ts';
import * as icons from './icons.tsx';

const COPIED_MS = 2_000;

export function CopyButton({ text, label = words.copy }: { text: string; label?: string }) {
  const { say } = useInbox();
  const done = useSignal(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
    } catch (error) {
      if (!(error instanceof DOMException || error instanceof TypeError)) throw error;
      say(words.notCopied);
      return;
    }
    done.value = true;
    say(words.copied);
    setTimeout(() => (done.value = false), COPIED_MS);
  };
  return (
    <button type="button" class="button button-small" onClick={copy}>
      {done.value ? <icons.Check size={15} /> : <icons.Copy size={15} />}{done.value ? words.copied : label}
    </button>
  );
}

/** Something to be taken elsewhere as it is. */
export function Code({ text, label }: { text: string; label: string }) {
  return (
    <fieldset class="code" aria-label={label}>
      <code dir="ltr">{text}</code>
      <CopyButton text={text} />
    </fieldset>
  );
}
