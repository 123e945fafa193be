/** The team's canned replies while somebody edits one: they are saved whole, so hers is put among what is there at that moment. */
import { computed, signal } from '@preact/signals';
import type { Id } from '../protocol/messages.ts';
import type { Canned } from './canned.ts';
import type { Doors, Failure } from './doors.ts';
import type { Keep } from './keep.ts';
import { words } from './words.ts';

export const REPLIES_MOST = 500;
export const REPLY_NAME_CHARS = 60;
export const REPLY_BODY_CHARS = 5_000;
/** Colleagues who save at the same moment: how often to begin again before saying so. */
const TRIES = 4;

/** `was` is what she began with; absent: it is new. */
export interface Editing { id: Id; was?: Canned; name: string; body: string }
/** `now`: what a colleague made of it; absent: she deleted it. */
export interface Conflict { now?: Canned }
export type RepliesState = ReturnType<typeof createReplies>;
type Kept = { is: 'saved' } | { is: 'conflict'; conflict: Conflict } | { is: 'failed' };

interface Parts { doors: Pick<Doors, 'canned' | 'saveCanned'>; keep: Keep; who: Id; newId: () => Id }

export function createReplies({ doors, keep, who, newId }: Parts) {
  const all = signal<readonly Canned[] | undefined>(undefined);
  const failure = signal<Failure | undefined>(undefined);
  const conflict = signal<Conflict | undefined>(undefined);
  const saving = signal(false);
  const place = `draft:${who}:reply`;
  /** Outlives a reload, for nobody likes to write a page twice. */
  const editing = signal<Editing | undefined>(readEditing(keep.get(place)));

  function edit(next: Editing | undefined): void {
    editing.value = next;
    conflict.value = undefined;
    failure.value = undefined;
    keep.set(place, next ? JSON.stringify(next) : '');
  }

  async function load(): Promise<void> {
    const answer = await doors.canned();
    failure.value = answer.failure;
    if (!answer.failure) all.value = answer.value.canned;
  }

  /** @param wanted what shall stand under this id; nothing deletes it */
  async function keepOne(id: Id, was: Canned | undefined, wanted: Canned | undefined): Promise<Kept> {
    for (let tries = 0; tries < TRIES; tries++) {
      const there = await doors.canned();
      if (there.failure) return fail(there.failure);
      all.value = there.value.canned;
      const now = there.value.canned.find((each) => each.id === id);
      if (!same(now, was) && !same(now, wanted)) return { is: 'conflict', conflict: now ? { now } : {} };
      const others = there.value.canned.filter((each) => each.id !== id);
      const answer = await doors.saveCanned(wanted ? [...others, wanted] : others, there.value.tag);
      if (!answer.failure) {
        all.value = answer.value.canned;
        return { is: 'saved' };
      }
      // Somebody saved between our look and our word: look again.
      if (answer.failure.code !== 'conflict') return fail(answer.failure);
    }
    return fail({ code: 'conflict', reason: words.replySettings.busy });
  }

  function fail(why: Failure): Kept {
    failure.value = why;
    return { is: 'failed' };
  }

  async function change(id: Id, was: Canned | undefined, wanted: Canned | undefined): Promise<Kept> {
    if (saving.peek()) return { is: 'failed' };
    saving.value = true;
    failure.value = undefined;
    const kept = await keepOne(id, was, wanted);
    saving.value = false;
    return kept;
  }

  async function keepEdited(id: Id, was: Canned | undefined, name?: string): Promise<boolean> {
    const kept = await change(id, was, { ...written(editing.peek()!), id, ...(name && { name }) });
    conflict.value = kept.is === 'conflict' ? kept.conflict : undefined;
    if (kept.is === 'saved') edit(undefined);
    return kept.is === 'saved';
  }

  const isDirty = computed(() => {
    const { was, name, body } = editing.value ?? { name: '', body: '' };
    return was ? was.name !== name || was.body !== body : name + body !== '';
  });
  const written = ({ id, name, body }: Editing): Canned => ({ id, name: name.trim(), body });

  return {
    all, failure, conflict, saving, editing, isDirty, load,
    begin: () => edit({ id: newId(), name: '', body: '' }),
    open: (reply: Canned) => edit({ ...reply, was: reply }),
    write: (part: Partial<Pick<Editing, 'name' | 'body'>>) => { if (editing.peek()) edit({ ...editing.peek()!, ...part }); },
    leave: () => edit(undefined),
    /** @returns whether it is saved; else `failure` or `conflict` says why not, and the fields hold what she wrote */
    save: () => keepEdited(editing.peek()!.id, editing.peek()!.was),
    /** After a conflict: over what the colleague wrote, which she has seen. */
    saveOver: () => keepEdited(editing.peek()!.id, conflict.peek()?.now),
    /** After a conflict: both stay, hers under a name of its own. */
    saveBoth: () => keepEdited(newId(), undefined, freeName(editing.peek()!.name.trim(), all.peek() ?? [])),
    /** Only what she has read: had a colleague changed it, it stays, and is shown as it is now. What is being written elsewhere is left alone. */
    remove: async (reply: Canned): Promise<Kept['is']> => (await change(reply.id, reply, undefined)).is,
  };
}

/** What keeps it from being saved, by field. Pure. */
export function problemsOfReply({ id, name, body }: Editing, all: readonly Canned[]): { name?: string; body?: string } {
  const say = words.replySettings;
  const wanted = name.trim();
  const others = all.filter((each) => each.id !== id);
  const ofName = wanted === '' ? say.noName
    : wanted.length > REPLY_NAME_CHARS ? say.long(REPLY_NAME_CHARS, wanted.length)
    : others.some((each) => each.name.toLocaleLowerCase() === wanted.toLocaleLowerCase()) ? say.taken
    : others.length >= REPLIES_MOST ? say.many : undefined;
  const ofBody = body.trim() === '' ? say.noBody : body.length > REPLY_BODY_CHARS ? say.long(REPLY_BODY_CHARS, body.length) : undefined;
  return { ...(ofName && { name: ofName }), ...(ofBody && { body: ofBody }) };
}

/** The name, or with a number behind it that nobody uses. */
function freeName(name: string, all: readonly Canned[]): string {
  const taken = new Set(all.map((each) => each.name.toLocaleLowerCase()));
  if (!taken.has(name.toLocaleLowerCase())) return name;
  const short = name.slice(0, REPLY_NAME_CHARS - String(REPLIES_MOST).length - 1);
  for (let n = 2; ; n++) if (!taken.has(`${short} ${n}`.toLocaleLowerCase())) return `${short} ${n}`;
}

export const byName = (all: readonly Canned[]): Canned[] => all.toSorted((a, b) => a.name.localeCompare(b.name));

const same = (a: Canned | undefined, b: Canned | undefined): boolean => a?.name === b?.name && a?.body === b?.body;

function readEditing(kept: string | undefined): Editing | undefined {
  if (!kept) return undefined;
  try {
    const value = JSON.parse(kept) as Editing | null;
    const isReply = (reply: unknown) => typeof reply === 'object' && reply !== null
      && ['id', 'name', 'body'].every((field) => typeof (reply as Record<string, unknown>)[field] === 'string');
    return isReply(value) && (value!.was === undefined || isReply(value!.was)) ? value! : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
