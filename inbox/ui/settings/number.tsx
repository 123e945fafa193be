/** A whole number with its unit. What is no number yet stays in the field as it was typed. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Field } from '../field.tsx';

interface Props {
  label: string;
  hint: string;
  unit: string;
  value: number;
  least: number;
  most: number;
  problem: string | undefined;
  onChange: (n: number) => void;
}

/** Out of every bound: whatever asks for a number in a range refuses it. */
const NONE = -1;
const numberIn = (text: string): number => (/^\d{1,9}$/.test(text.trim()) ? Number(text) : NONE);

export function NumberField({ label, hint, unit, value, least, most, problem, onChange }: Props) {
  const typed = useSignal(value === NONE ? '' : String(value));
  // Changed from elsewhere, as when changes are discarded.
  useEffect(() => {
    if (numberIn(typed.peek()) !== value) typed.value = value === NONE ? '' : String(value);
  }, [value]);
  return (
    <Field label={label} hint={hint} problem={problem}>
      {(wiring) => (
        <div class="number">
          <input {...wiring} class="input input-short" type="number" inputMode="numeric" min={least} max={most} step={1} value={typed.value}
            onInput={(event) => { typed.value = event.currentTarget.value; onChange(numberIn(typed.value)); }} />
          <span class="quiet">{unit}</span>
        </div>
      )}
    </Field>
  );
}
