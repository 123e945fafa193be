/** An empty place, in words. */
import type { ComponentChildren } from 'preact';
import type { BoxName } from '../boxes.ts';
import * as icons from './icons.tsx';

const KINDS = { waiting: icons.Clock, mine: icons.Person, returned: icons.Return, snoozed: icons.Moon, all: icons.Inbox, ended: icons.Done, thread: icons.Words, gone: icons.Alert } as const;

export function Nothing({ kind, title, text }: { kind: BoxName | 'thread' | 'gone'; title: string; text: ComponentChildren }) {
  const Icon = KINDS[kind];
  return (
    <div class="nothing">
      <span class="nothing-icon"><Icon size={26} /></span>
      <p class="nothing-title">{title}</p>
      <p class="nothing-text">{text}</p>
    </div>
  );
}
