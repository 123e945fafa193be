/** Brings the message that was looked for on the screen, however far back it stands. */
import { useEffect } from 'preact/hooks';
import type { Id } from '../../protocol/messages.ts';
import { hit, isOlder } from '../aim.ts';
import { words } from '../words.ts';
import { useDesk, useInbox } from './context.ts';

/** 40 pages of 50: whoever looks further back than that is better served by an export. */
const PAGES_MOST = 40;
const AIMED_MS = 2_400;

export function useAim(scroll: { readonly current: HTMLElement | null }, thread: Id): void {
  const inbox = useInbox();
  const desk = useDesk();
  const aim = desk.aim.value;
  const isHeld = desk.held.value !== undefined;
  useEffect(() => {
    if (aim?.thread !== thread || !isHeld) return;
    let isOver = false;
    const seek = async () => {
      for (let page = 0; page <= PAGES_MOST && !isOver; page++) {
        const held = desk.held.peek();
        const id = hit(aim, held?.messages ?? [], desk.engine.entries.peek().get(thread) ?? []);
        if (id) return show(id);
        if (!held?.more || !isOlder(aim, held.messages)) break;
        await desk.older(thread);
        // No page came: there is no line.
        if (desk.held.peek()?.messages[0]?.seq === held.messages[0]?.seq) break;
      }
      if (isOver) return;
      desk.aim.value = undefined;
      inbox.say(words.know.aimMissed);
    };
    const show = async (id: Id) => {
      // The log scrolls to its end when it opens; that comes first.
      await drawn();
      await drawn();
      const element = scroll.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"]`);
      if (isOver || !element) return;
      desk.aim.value = undefined;
      element.scrollIntoView?.({ block: 'center' });
      element.classList.add('aimed');
      setTimeout(() => element.classList.remove('aimed'), AIMED_MS);
    };
    void seek();
    return () => { isOver = true; };
  }, [aim, thread, isHeld]);
}

const drawn = () => new Promise((done) => requestAnimationFrame(done));
