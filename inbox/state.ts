/** The inbox as a whole: who is signed in, where she is, and the verbs that change it. */
import { batch, computed, effect, signal } from '@preact/signals';
import { isRecord } from '../protocol/shape.ts';
import type { Id } from '../protocol/messages.ts';
import { agent as agentRow } from '../protocol/to-agent.ts';
import type { Ringer } from './bell.ts';
import { HOME } from './boxes.ts';
import { createDesk, type Desk } from './desk.ts';
import type { BrandMark, Doors, Failure, Me } from './doors.ts';
import type { Engine } from './engine.ts';
import type { Keep } from './keep.ts';
import { pathOf, type Place, placeOf } from './route.ts';
import { createSettings, type SettingsState } from './settings.ts';
import { words } from './words.ts';

export interface Parts {
  brand: Id;
  doors: Doors;
  keep: Keep;
  /** Opens the agent's own database and, once connected, her line. */
  startEngine(agent: Id): Engine;
  newId(): Id;
  /** The address bar. */
  address: {
    path(): string;
    push(path: string): void;
    replace(path: string): void;
  };
  invite?: string | undefined;
  /** Absent: nobody is ever called. */
  ringer?: Ringer;
}

export type Who =
  | { is: 'checking' }
  | { is: 'out'; why?: 'expired' }
  | { is: 'invited'; code: string }
  | { is: 'in'; me: Me; desk: Desk; settings: SettingsState };

/** Labels like "12 min" are read from a clock that ticks this often: half a minute late is early enough. */
const TICK_MS = 20_000;
const TOAST_MS = 4_000;
const MUTE: Ringer = {
  permission: () => 'unable', ask: async () => 'unable', show: () => undefined, chime: () => undefined, claim: async () => false, watch: () => undefined,
};

export type Inbox = ReturnType<typeof createInbox>;

export function createInbox({ brand, doors, keep, startEngine, newId, address, invite, ringer = MUTE }: Parts) {
  const who = signal<Who>(invite ? { is: 'invited', code: invite } : { is: 'checking' });
  const mark = signal<Omit<BrandMark, 'id'> | undefined>(undefined);
  const place = signal<Place>(placeOf(address.path()));
  const now = signal(Date.now());
  const watched = signal(true);
  const visible = signal(true);
  const toast = signal('');
  const isKeen = signal(keep.get('keys') !== 'off');
  const theme = signal(themeOf(keep.get('theme')));
  /** The server did not answer when it was asked who we are. */
  const failure = signal<Failure | undefined>(undefined);
  const dialog = signal<'pending' | 'shortcuts' | 'sign-out' | 'palette' | 'search' | 'tags' | 'block' | undefined>(undefined);
  let isLeaving = false;
  let toastTimer: ReturnType<typeof setTimeout> | undefined;

  const desk = computed(() => (who.value.is === 'in' ? who.value.desk : undefined));
  const title = computed(() => {
    const name = mark.value?.name ?? words.product;
    const open = desk.value;
    if (!open) return `${words.signIn.title} · ${name}`;
    const where = place.value.at === 'settings' ? words.settings : place.value.at === 'report' ? words.report.title : words.boxes[open.box.value];
    return `${open.unread.value > 0 ? `(${open.unread.value}) ` : ''}${where} · ${name}`;
  });

  function enter(me: Me): void {
    keep.set('me', JSON.stringify(me));
    const before = who.peek();
    batch(() => {
      mark.value = me.brand;
      failure.value = undefined;
      if (before.is === 'in' && before.me.agent.id === me.agent.id) {
        who.value = { ...before, me };
        return;
      }
      if (before.is === 'in') before.desk.close();
      const engine = startEngine(me.agent.id);
      // Another tab has signed out, or somebody has emptied this browser: who we are is asked anew.
      engine.on(({ type }) => {
        if (type !== 'forgotten' || isLeaving || desk.peek()?.engine !== engine) return;
        leave();
        void check();
      });
      const opened = createDesk({ engine, me: me.agent, place, go, keep, newId, now, watched, visible, ringer, canned: doors.canned });
      who.value = { is: 'in', me, desk: opened, settings: createSettings({ doors, keep, who: me.agent.id }) };
    });
  }

  function leave(why?: 'expired'): void {
    const before = who.peek();
    if (before.is === 'in') before.desk.close();
    who.value = { is: 'out', ...(why && { why }) };
  }

  /** Whoever was signed in on this device sees her inbox at once; whether she still may is asked meanwhile. */
  async function start(): Promise<void> {
    if (who.peek().is === 'invited') return;
    const remembered = readMe(keep.get('me'));
    if (remembered) {
      enter(remembered);
      connect();
    }
    await check();
  }

  /** @param again whether to open the line if all is well; a line that the server has closed is not opened behind its back */
  async function check(again = true): Promise<void> {
    const answer = await doors.me();
    if (!answer.failure) {
      enter(answer.value);
      if (again) connect();
    } else if (answer.failure.code === 'unauthorized') {
      const wasIn = who.peek().is === 'in';
      leave(wasIn ? 'expired' : undefined);
      await introduce();
    } else if (who.peek().is !== 'in') {
      failure.value = answer.failure;
      who.value = { is: 'out' };
      await introduce();
    }
  }

  const connect = () => desk.peek()?.engine.connect();

  /** The brand's name and mark, for somebody who is not signed in yet. */
  async function introduce(): Promise<void> {
    const answer = await doors.card();
    if (!answer.failure) mark.value = answer.value as Omit<BrandMark, 'id'>;
    else if (answer.failure.code === 'not_found') failure.value = answer.failure;
  }

  function go(to: Place): void {
    place.value = to;
    address.push(pathOf(brand, to));
  }

  async function signIn(email: string, password: string): Promise<Failure | undefined> {
    const answer = await doors.signIn(email, password);
    return answer.failure ?? comeIn();
  }

  async function join(code: string, name: string, password: string, email?: string): Promise<Failure | undefined> {
    const answer = await doors.join(code, name, password, email);
    if (answer.failure) return answer.failure;
    address.replace(pathOf(brand, { at: 'box', box: HOME }));
    return comeIn();
  }

  async function comeIn(): Promise<Failure | undefined> {
    const answer = await doors.me();
    if (answer.failure) return answer.failure;
    place.value = placeOf(address.path());
    enter(answer.value);
    connect();
    return undefined;
  }

  /** Takes everything of hers off this device, so the next person at it finds nothing. */
  async function signOut(): Promise<void> {
    const open = desk.peek();
    const answer = await doors.signOut();
    if (answer.failure && answer.failure.code !== 'unauthorized') return say(words.unreachable);
    isLeaving = true;
    if (open) {
      await open.engine.forget();
      keep.forget(`draft:${open.me}`);
    }
    isLeaving = false;
    keep.set('me', '');
    address.replace(pathOf(brand, { at: 'box', box: HOME }));
    place.value = placeOf(address.path());
    leave();
  }

  function say(text: string): void {
    clearTimeout(toastTimer);
    toast.value = text;
    toastTimer = setTimeout(() => (toast.value = ''), TOAST_MS);
  }

  const stopWatchingLine = effect(() => {
    if (desk.value?.engine.line.value === 'stopped') void check(false);
  });
  const ticking = setInterval(() => (now.value = Date.now()), TICK_MS);

  return {
    brand, doors, keep, newId, who, mark, place, now, watched, visible, toast, isKeen, theme, failure, dialog, desk, title,
    start, check, go, signIn, join, signOut, say,
    /** The address changed under us: back, forward. */
    follow: () => (place.value = placeOf(address.path())),
    forgetInvite() {
      address.replace(pathOf(brand, { at: 'box', box: HOME }));
      who.value = { is: 'checking' };
      void start();
    },
    setTheme(next: Theme) {
      theme.value = next;
      keep.set('theme', next === 'system' ? '' : next);
    },
    setKeen(on: boolean) {
      isKeen.value = on;
      keep.set('keys', on ? '' : 'off');
    },
    close() {
      clearInterval(ticking);
      clearTimeout(toastTimer);
      stopWatchingLine();
      desk.peek()?.close();
    },
  };
}

export type Theme = 'system' | 'light' | 'dark';
const themeOf = (kept: string | undefined): Theme => (kept === 'light' || kept === 'dark' ? kept : 'system');

/** What this device kept is from outside as well. */
function readMe(kept: string | undefined): Me | undefined {
  if (!kept) return undefined;
  try {
    const value: unknown = JSON.parse(kept);
    if (!isRecord(value) || agentRow(value['agent']) || !isRecord(value['brand'])) return undefined;
    const { id, name, color, logo } = value['brand'];
    return [id, name, color, logo].every((part) => typeof part === 'string') ? (value as unknown as Me) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
