/** Oneself: available or away, settings, out. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { AgentStatus } from '../../protocol/messages.ts';
import { standingOf } from '../load.ts';
import { initialsOf } from '../people.ts';
import { words } from '../words.ts';
import { Avatar } from './avatar.tsx';
import { useDesk, useInbox } from './context.ts';
import * as icons from './icons.tsx';
import { Link } from './link.tsx';
import { Slots, standingWords } from './slots.tsx';

export function MeMenu() {
  const inbox = useInbox();
  const desk = useDesk();
  const self = desk.self.value;
  const standing = standingOf(self, true);
  const isOpen = useSignal(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);

  useEffect(() => {
    if (!isOpen.value) return;
    const away = (event: Event) => {
      if (!root.current?.contains(event.target as Node)) isOpen.value = false;
    };
    const leave = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.preventDefault();
      isOpen.value = false;
      button.current?.focus();
    };
    document.addEventListener('pointerdown', away);
    document.addEventListener('focusin', away);
    document.addEventListener('keydown', leave, true);
    return () => {
      document.removeEventListener('pointerdown', away);
      document.removeEventListener('focusin', away);
      document.removeEventListener('keydown', leave, true);
    };
  }, [isOpen.value]);

  const close = () => (isOpen.value = false);
  const ask = (dialog: 'shortcuts' | 'sign-out') => {
    button.current?.focus();
    close();
    inbox.dialog.value = dialog;
  };
  return (
    <div class="me" ref={root}>
      {isOpen.value && (
        <div class="menu" id="me-menu">
          <div class="menu-head">
            <strong><bdi>{self.name}</bdi></strong>
            <span class="menu-email">{self.email}</span>
          </div>
          <StatusSwitch />
          <hr />
          <Link class="menu-item" to={{ at: 'report' }} onFollow={close}><icons.Chart />{words.report.title}</Link>
          <Link class="menu-item" to={{ at: 'settings' }} onFollow={close}><icons.Sliders />{words.settings}</Link>
          <button type="button" class="menu-item menu-keys" onClick={() => ask('shortcuts')}><icons.Keyboard />{words.shortcuts}<kbd>?</kbd></button>
          <hr />
          <button type="button" class="menu-item" onClick={() => ask('sign-out')}><icons.Out />{words.signOut}</button>
        </div>
      )}
      <button type="button" ref={button} class="me-button" aria-expanded={isOpen.value} aria-controls="me-menu"
        onClick={() => (isOpen.value = !isOpen.value)}>
        <span class="ring-avatar">
          <Avatar id={self.id} letters={initialsOf(self.name)} size="small" />
          <span class={`state state-${standing}`} aria-hidden="true" />
        </span>
        <span class="me-words">
          <bdi class="me-name">{self.name}</bdi>
          <span class="me-status">{standingWords(standing)} · <Slots agent={self} /></span>
          <span class="unseen">{words.menu}</span>
        </span>
        <icons.Dots />
      </button>
    </div>
  );
}

export function StatusSwitch() {
  const desk = useDesk();
  const { status } = desk.self.value;
  const standing = standingOf(desk.self.value, true);
  const options: AgentStatus[] = ['available', 'away'];
  return (
    <fieldset class="status-switch">
      <legend class="unseen">{words.statusLabel}</legend>
      <div class="segments">
        {options.map((option) => (
          <label key={option} class="segment">
            <input type="radio" name="status" value={option} checked={status === option} onChange={() => desk.setStatus(option)} />
            <span><i class={`state state-${option}`} aria-hidden="true" />{words.status[option]}</span>
          </label>
        ))}
      </div>
      <p class="hint">{standing === 'full' ? words.handling.fullHint : words.statusHint[status]}</p>
    </fieldset>
  );
}
