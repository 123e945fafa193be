/** The quiet page around signing in and joining: whose inbox this is, and one form. */
import type { ComponentChildren } from 'preact';
import { words } from '../words.ts';
import { Mark } from './avatar.tsx';
import { useInbox } from './context.ts';

export function Card({ title, sub, children }: { title: string; sub?: string; children: ComponentChildren }) {
  const mark = useInbox().mark.value;
  return (
    <main class="gate">
      <div class="gate-card">
        {mark ? <Mark mark={mark} big /> : <span class="mark mark-big mark-blank" aria-hidden="true" />}
        <h1>{title}</h1>
        {sub && <p class="gate-sub"><bdi>{sub}</bdi></p>}
        {children}
      </div>
      <p class="gate-foot">{words.product}</p>
    </main>
  );
}
