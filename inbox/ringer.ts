/** The browser's own notifications and sound, and the locks by which its tabs agree on who rings. */
import type { Ringer } from './bell.ts';
import { plain } from './plain.ts';

/** Another tab may hear of the same message later: its line may be slow, and a hidden page's timers run once a minute. */
const CLAIM_MS = 120_000;
/** More than any system shows of a notification, and a long message is not handed to it whole. */
const TITLE_MOST = 120;
const BODY_MOST = 300;
/** Two soft notes, a fifth apart; each in Hz and in seconds from now. */
const NOTES = [[659, 0], [988, 0.13]] as const;
const LOUD = 0.12;
const RINGS_S = 0.5;
/** Until somebody has touched the page browsers let it make no sound: a call that has waited longer for that is no call any more. */
const LATE_MS = 1_000;

/** @param name of the inbox: tabs of the same name ring once */
export function openRinger(name: string): Ringer {
  let unwatch: (() => void) | undefined;
  let isUnable = typeof Notification === 'undefined';
  let context: AudioContext | undefined;
  // Only where the page came over a safe line; elsewhere there are no notifications either, and each tab rings for itself.
  const locks = typeof navigator === 'undefined' ? undefined : navigator.locks as LockManager | undefined;
  const permission = () => (isUnable ? 'unable' : Notification.permission);

  return {
    permission,
    async ask() {
      if (!isUnable) await Notification.requestPermission();
      return permission();
    },
    show({ title, body, tag }, onClick) {
      try {
        const shown = new Notification(plain(title, TITLE_MOST), { body: plain(body, BODY_MOST), tag: `${name}:${tag}` });
        shown.onclick = () => {
          window.focus();
          shown.close();
          onClick();
        };
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
        isUnable = true; // Chrome on Android has the name, and refuses to make one
      }
    },
    chime() {
      if (typeof AudioContext === 'undefined') return;
      const sound = context ??= new AudioContext();
      const asked = Date.now();
      void sound.resume().then(() => { if (Date.now() - asked < LATE_MS) play(sound); });
    },
    async claim(id) {
      if (!locks) return true;
      const { held = [] } = await locks.query();
      if (held.some((lock) => lock.name === `${name}:watched`)) return false;
      return new Promise<boolean>((answer) => {
        void locks.request(`${name}:ring:${id}`, { ifAvailable: true }, (lock) => {
          answer(lock !== null);
          return lock && new Promise((done) => setTimeout(done, CLAIM_MS));
        });
      });
    },
    watch(on) {
      if (!on) {
        unwatch?.();
        unwatch = undefined;
      } else if (!unwatch && locks) {
        const held = new Promise<void>((done) => { unwatch = done; });
        void locks.request(`${name}:watched`, { mode: 'shared' }, () => held);
      }
    },
  };
}

function play(sound: AudioContext): void {
  for (const [pitch, after] of NOTES) {
    const at = sound.currentTime + after;
    const tone = sound.createOscillator();
    const volume = sound.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(LOUD, at + 0.015);
    volume.gain.exponentialRampToValueAtTime(0.001, at + RINGS_S);
    tone.connect(volume).connect(sound.destination);
    tone.start(at);
    tone.stop(at + RINGS_S);
  }
}
