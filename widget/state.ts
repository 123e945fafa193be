/** What the panel shows and what she can do: signals and verbs. */
import { batch, computed, effect, signal } from '@preact/signals-core';
import { createRef } from 'preact';
import type { Pending } from '../client/sync.ts';
import { unread } from '../client/thread.ts';
import { uuid } from '../client/uuid.ts';
import type { Typing, VisitorSay } from '../protocol/frames.ts';
import { BODY_CHARS, TYPING_EVERY_MS } from '../protocol/limits.ts';
import type { Id, Seq } from '../protocol/messages.ts';
import { cluster } from './lines.ts';
import { here } from './page.ts';
import type { Seat } from './seat.ts';
import { speak } from './times.ts';
import type { Visitor } from './visitor.ts';
import type { Words } from './words/words.ts';

/** Messages drawn at first, and more each time she scrolls near the top of them. */
const DRAWN = 60;
/** Long enough not to write at every key, short enough that a crash costs a word at most. */
const DRAFT_MS = 300;

export type State = ReturnType<typeof createState>;

/** Elements that have to be reached: to put the focus in, to scroll, to measure. */
const createPlaces = () => ({
  panel: createRef<HTMLDivElement>(), log: createRef<HTMLDivElement>(), field: createRef<HTMLTextAreaElement>(), more: createRef<HTMLDivElement>(),
  survey: createRef<HTMLDivElement>(),
});

export function createState(seat: Seat, words: Words, visitor: Visitor) {
  const { sync } = visitor;
  const isOpen = signal(false);
  const looking = signal(!document.hidden);
  /** The newest message is on the screen; nobody knows before the panel has been measured. */
  const bottom = signal<boolean | undefined>(undefined);
  const chosen = signal<Id | undefined>(undefined);
  const draft = signal('');
  const sound = signal(false);
  const fresh = signal<Seq | undefined>(undefined);
  /** The oldest message that is drawn. It stays while new ones come, or what she reads would move. */
  const oldest = signal<Seq>(0);

  const threads = computed(() => [...sync.value?.threads.value.values() ?? []]
    .filter(({ row }) => row).sort((a, b) => b.row!.at - a.row!.at));
  const said = computed(() => (sync.value?.pending.value ?? []).filter(({ frame }) => frame.type === 'say') as Pending<VisitorSay>[]);
  const current = computed(() => chosen.value ?? threads.value[0]?.row?.id ?? said.value[0]?.frame.thread);
  const held = computed(() => sync.value?.threads.value.get(current.value!));
  const clusters = computed(() => cluster(
    held.value, said.value.filter(({ frame }) => frame.thread === current.value), oldest.value, fresh.value));
  const count = computed(() => threads.value.reduce((sum, each) => sum + unread(each, 'visitor'), 0));
  const card = computed(() => sync.value?.me.value?.card ?? visitor.card.value);

  let typedAt = 0;
  let keeping: ReturnType<typeof setTimeout> | undefined;
  const keepDraft = () => {
    clearTimeout(keeping);
    keeping = setTimeout(() => visitor.keep('draft', draft.value), DRAFT_MS);
  };
  const look = () => { looking.value = !document.hidden; };
  document.addEventListener('visibilitychange', look);

  // What she has not read gets a line above it, unless it came while she was looking.
  let looked = false;
  let drawn: Id | undefined;
  const ends = [
    () => document.removeEventListener('visibilitychange', look),
    effect(() => {
      const looks = isOpen.value && looking.value && bottom.value;
      const { row, messages } = held.value ?? {};
      if (!isOpen.value || row?.id !== drawn) oldest.value = (row?.seq ?? 0) - DRAWN + 1;
      drawn = row?.id;
      const first = row && messages!.find(({ seq, by }) => seq > row.visitor.seen && by !== 'visitor');
      if (first) {
        if (!looked) fresh.value ??= first.seq;
        if (looks) sync.value!.seen(first.thread, row.seq);
      }
      looked = !!looks;
    }),
    effect(() => {
      if (sync.value) {
        visitor.kept('draft').then((kept) => { if (typeof kept === 'string') draft.value ||= kept; });
        visitor.kept('sound').then((kept) => { sound.value = kept === true; });
      } else {
        clearTimeout(keeping);
        chosen.value = fresh.value = undefined;
        draft.value = '';
        sound.value = false;
      }
    }),
  ];

  const state = {
    seat, words, visitor, times: speak(seat.lang), places: createPlaces(), isOpen, bottom, chosen, draft, sound, fresh, threads, said, held, clusters, count, card,

    open() {
      isOpen.value = true;
      visitor.greet();
    },
    close() {
      batch(() => {
        isOpen.value = false;
        bottom.value = undefined;
        fresh.value = undefined;
      });
    },
    write(text: string) {
      draft.value = text;
      keepDraft();
      const thread = current.value;
      const now = Date.now();
      if (text && thread && now - typedAt > TYPING_EVERY_MS) {
        typedAt = now;
        sync.value?.mention({ type: 'typing', thread } as Typing);
      }
    },
    /** What she has written stays in the composer until it stands in the thread. @param text what she said elsewhere */
    async say(text?: string) {
      const { send } = await visitor.enter();
      const body = (text ?? draft.value).trim();
      if (!body || body.length > BODY_CHARS) return;
      typedAt = 0;
      await batch(() => {
        if (!text) draft.value = '';
        fresh.value = undefined;
        return send({ type: 'say', id: uuid(), thread: chosen.value ??= current.value ?? uuid(), body, page: here() });
      });
      keepDraft();
    },
    /** Draws more of what is here, then asks for more. */
    async older() {
      const { messages, more } = held.value ?? {};
      if (!messages) return;
      if (oldest.value <= messages[0]!.seq) {
        if (!more) return;
        await sync.value!.older(current.value!);
      }
      oldest.value -= DRAWN;
    },
    /** What few people need loads when they do. */
    more: (
      use: (rare: typeof import('./rare-parts.ts')) => unknown, otherwise: (error: unknown) => unknown = (error) => console.error('leaveword', error),
    ) => import('./rare-parts.ts').then(use, otherwise),
    /** To leave an address, wherever there is a reason. */
    offer: () => import('./rare-address.ts').then(({ address }) => address(state), () => undefined),
    /** For what loads alone and may not bring signals of its own. */
    effect,
    end() {
      clearTimeout(keeping);
      for (const end of ends) end();
    },
  };
  ends.push(effect(() => {
    const isCut = visitor.cut();
    const { busy, available = true } = card.value ?? {};
    if (!isOpen.value) return;
    // Nobody has asked for these: what could not be loaded is no news, and is tried again with the next line.
    if (held.value?.row?.survey) state.more(({ survey }) => survey(state), () => undefined);
    if (!isCut && (busy || (!available && current.value))) state.offer();
  }));
  return state;
}
