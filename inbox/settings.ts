/** The brand's settings while somebody edits them: what is saved, what is not yet, and what is wrong with it. */
import { computed, signal } from '@preact/signals';
import type { Id } from '../protocol/messages.ts';
import { SETTINGS, type Settings } from '../protocol/settings.ts';
import type { Doors, Failure } from './doors.ts';
import type { Keep } from './keep.ts';
import { problemsOf } from './problems.ts';

export type SettingsState = ReturnType<typeof createSettings>;

/** @param who whose draft it is: the unsaved changes outlive a reload */
export function createSettings({ doors, keep, who }: { doors: Doors; keep: Keep; who: Id }) {
  const saved = signal<Settings | undefined>(undefined);
  const edited = signal<Settings | undefined>(undefined);
  const tag = signal('');
  const failure = signal<Failure | undefined>(undefined);
  const saving = signal(false);
  /** Problems are named once somebody tried to save; nobody is scolded while she types. */
  const tried = signal(false);
  const name = `draft:${who}:settings`;

  const draft = computed(() => edited.value ?? saved.value);
  const changed = computed(() => edited.value !== undefined && JSON.stringify(edited.value) !== JSON.stringify(saved.value));
  const problems = computed(() => (draft.value ? problemsOf(draft.value) : new Map<string, string>()));
  const shownProblems = computed(() => (tried.value ? problems.value : new Map<string, string>()));

  async function load(): Promise<void> {
    const answer = await doors.settings();
    failure.value = answer.failure;
    if (answer.failure) return;
    saved.value = answer.value.settings;
    tag.value = answer.value.tag;
    edited.value ??= readDraft(keep.get(name));
  }

  function edit(change: Partial<Settings>): void {
    if (!draft.peek()) return;
    edited.value = { ...draft.peek()!, ...change };
    failure.value = undefined;
    keep.set(name, changed.peek() ? JSON.stringify(edited.peek()) : '');
  }

  /** @returns whether it was saved */
  async function save(): Promise<boolean> {
    tried.value = true;
    const settings = draft.peek();
    if (!settings || problems.peek().size > 0 || saving.peek()) return false;
    saving.value = true;
    const answer = await doors.saveSettings(settings);
    saving.value = false;
    failure.value = answer.failure;
    if (answer.failure) return false;
    saved.value = answer.value.settings;
    // Somebody may have typed on while it was being saved.
    if (edited.peek() === settings) undo();
    tried.value = false;
    return true;
  }

  function undo(): void {
    edited.value = undefined;
    failure.value = undefined;
    tried.value = false;
    keep.set(name, '');
  }

  return { saved, draft, tag, failure, saving, changed, problems: shownProblems, load, edit, save, undo };
}

function readDraft(kept: string | undefined): Settings | undefined {
  if (!kept) return undefined;
  try {
    const value: unknown = JSON.parse(kept);
    // A half-typed field must not cost the whole draft: only its outline is asked for here, `problems` says the rest.
    return SETTINGS(value) === undefined || hasOutline(value) ? (value as Settings) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function hasOutline(value: unknown): boolean {
  const v = value as Settings;
  const isTexts = (texts: unknown) => typeof texts === 'object' && texts !== null && Object.values(texts).every((text) => typeof text === 'string');
  return typeof v === 'object' && v !== null
    && typeof v.desk === 'object' && v.desk !== null && [v.desk.slots, v.desk.queue, v.desk.fallbackHours, v.desk.overdueHours, v.desk.absentMinutes].every((n) => typeof n === 'number')
    && [v.name, v.color, v.logo, v.lang, v.replyTime, v.autoReply?.when, v.hours?.zone].every((text) => typeof text === 'string')
    && isTexts(v.greeting) && isTexts(v.autoReply?.text)
    && Array.isArray(v.origins) && v.origins.every((origin) => typeof origin === 'string')
    && Array.isArray(v.hours?.days) && v.hours.days.length === 7
    && v.hours.days.every((day) => Array.isArray(day) && day.every((span) => typeof span?.from === 'number' && typeof span?.to === 'number'));
}
