/** Two soft notes. No file to load, and nothing until she has asked for sound. */

/** Tabs that nobody looks at give the one she looks at time to take the lock first. */
const HIDDEN_WAIT_MS = 150;
/** Tabs hear of a message at different times; whoever comes within this finds it rung already. */
const RUNG_MS = 3_000;

/** Rings once on this device, however many tabs are told of the message. */
export async function ring(message: string): Promise<void> {
  // Only pages on https have locks; others may ring twice.
  if (!navigator.locks) return play();
  if (document.hidden) await wait(HIDDEN_WAIT_MS);
  await navigator.locks.request(`leaveword:${message}`, { ifAvailable: true }, async (first) => {
    if (!first) return;
    play();
    await wait(RUNG_MS);
  });
}

/** A browser that wants a gesture of hers first stays silent. */
export function play(): void {
  const audio = new AudioContext();
  [659, 880].forEach((pitch, nth) => {
    const note = audio.createOscillator();
    const gain = audio.createGain();
    const at = audio.currentTime + nth * 0.12;
    note.frequency.value = pitch;
    gain.gain.setValueAtTime(0.08, at);
    gain.gain.exponentialRampToValueAtTime(0.001, at + 0.4);
    note.connect(gain).connect(audio.destination);
    note.start(at);
    note.stop(at + 0.4);
    if (nth) note.onended = () => audio.close();
  });
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
