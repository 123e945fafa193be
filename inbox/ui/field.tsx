/** A field with its label, its hint, and its problem beside it. */
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import * as icons from './icons.tsx';

export interface FieldProps {
  label: string;
  hint?: ComponentChildren;
  problem?: string | undefined;
  /** Only for screen readers: the place says it already. */
  quiet?: boolean;
  children: (wiring: { id: string; 'aria-describedby'?: string; 'aria-invalid'?: 'true' }) => ComponentChildren;
}

export function Field({ label, hint, problem, quiet, children }: FieldProps) {
  const id = useId();
  const described = [hint && `${id}-hint`, problem && `${id}-problem`].filter(Boolean).join(' ');
  return (
    <div class={`field ${problem ? 'field-wrong' : ''}`}>
      <label for={id} class={quiet ? 'unseen' : 'label'}>{label}</label>
      {children({ id, ...(described && { 'aria-describedby': described }), ...(problem && { 'aria-invalid': 'true' as const }) })}
      {problem && <Problem id={`${id}-problem`}>{problem}</Problem>}
      {hint && <p class="hint" id={`${id}-hint`}>{hint}</p>}
    </div>
  );
}

export function Problem({ id, children }: { id?: string; children: ComponentChildren }) {
  return <p class="problem" id={id} role="alert"><icons.Alert size={14} /><span>{children}</span></p>;
}
