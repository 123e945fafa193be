/** One of a few, each with a word of explanation. */
import { useId } from 'preact/hooks';

interface Props<T extends string> {
  legend: string;
  name: string;
  value: T;
  options: { value: T; label: string; hint?: string }[];
  onChange: (value: T) => void;
}

export function Choice<T extends string>({ legend, name, value, options, onChange }: Props<T>) {
  const id = useId();
  return (
    <fieldset class="one-of">
      <legend class="label">{legend}</legend>
      {options.map((option) => (
        <label key={option.value} class="option">
          <input type="radio" name={name} value={option.value} checked={option.value === value} onChange={() => onChange(option.value)}
            aria-describedby={option.hint ? `${id}-${option.value}` : undefined} />
          <span class="option-words">
            <span>{option.label}</span>
            {option.hint && <span class="hint" id={`${id}-${option.value}`}>{option.hint}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
