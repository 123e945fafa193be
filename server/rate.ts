/** What she answers when she is asked how it was (D17). */
import type { Rate } from '../protocol/frames.ts';
import type { Brand } from './brand.ts';
import type { Change } from './change.ts';
import { writeEntry } from './entries.ts';
import { blocked, nak, type Reply } from './hear-visitor.ts';
import type { VisitorWho } from './host.ts';
import { surveyOf } from './survey.ts';

/** Her answer. The same once more changes nothing, also when she has changed her mind in between; another is her new mind. */
export function rate(brand: Brand, change: Change, who: VisitorWho, frame: Rate): Reply {
  const thread = brand.threads.of(who.visitor, frame.thread);
  if (!thread) return nak(frame.id, 'not_found', 'no such thread');
  const barred = blocked(brand, who);
  if (barred) return nak(frame.id, ...barred);
  // Acts are remembered by who did them; no agent has such an id.
  const her = `v:${who.visitor}`;
  const now = brand.host.now();
  const survey = surveyOf(thread);
  const isAsked = survey?.episode === frame.episode && now < survey.until;
  if (!isAsked && !brand.agents.did(her, frame.id)) return nak(frame.id, 'stale', 'nobody asks for this rating, or not any more');
  const { id, ...what } = frame;
  const state = brand.agents.once(her, id, JSON.stringify(what), now);
  if (state === 'conflict') return nak(id, 'conflict', 'this id was used for something else');
  if (state === 'new') {
    const words = frame.text?.toWellFormed().trim();
    brand.host.sql('UPDATE episode SET score = ?, text = ?, rated = ? WHERE thread = ? AND n = ?', frame.score, words || null, now, thread.id, frame.episode);
    brand.host.sql('UPDATE thread SET rev = ? WHERE id = ?', change.rev, thread.id);
    change.threads.set(thread.id, brand.threads.find(thread.id)!);
    writeEntry(change, thread, { what: 'rated', score: frame.score, ...(words ? { text: words } : {}) });
  }
  return { type: 'ack', id, at: now };
}
