/** What the team writes down: notes (D11), tags (D12), and who may not write any more (D14). Each act once, however often it arrives (A2). */
import type { Block, Note, Tag } from '../protocol/frames.ts';
import type { Brand } from './brand.ts';
import type { Change } from './change.ts';
import { act } from './desk-acts.ts';
import { entryWith, isOurs, writeEntry } from './entries.ts';
import { nak, type Reply } from './hear-visitor.ts';
import type { AgentWho } from './host.ts';

/** Said to the team. Its id is the entry's, so none that somebody else has used in this thread. */
export function note(brand: Brand, change: Change, who: AgentWho, frame: Note): Reply {
  const thread = brand.threads.find(frame.thread);
  if (!thread) return nak(frame.id, 'not_found', 'no such thread');
  if (isOurs(frame.id)) return nak(frame.id, 'conflict', 'this id is the server\'s own');
  if (!brand.agents.did(who.agent, frame.id)) {
    if (entryWith(brand.host, thread.id, frame.id)) return nak(frame.id, 'conflict', 'this id was used by somebody else');
    const tooFast = brand.allowance.agentMessage(who.agent, brand.host.now());
    if (tooFast) return nak(frame.id, 'rate_limited', 'too many notes at once', tooFast);
  }
  return act(brand, who, frame, () => {
    const mentions = [...new Set(frame.mentions)].filter((id) => brand.agents.find(id));
    writeEntry(change, thread, { id: frame.id, what: 'note', by: who.agent, text: frame.body.toWellFormed(), ...(mentions.length ? { mentions } : {}) });
  });
}

/** All the tags of a thread, in the order in which they were given; what looks the same is the same. */
export function tag(brand: Brand, change: Change, who: AgentWho, frame: Tag): Reply {
  const thread = brand.threads.find(frame.thread);
  if (!thread) return nak(frame.id, 'not_found', 'no such thread');
  return act(brand, who, frame, () => {
    const tags = JSON.stringify([...new Set(frame.tags.map(toTag))].filter((each) => each !== ''));
    if (tags === thread.tags) return;
    brand.host.sql('UPDATE thread SET tags = ?, rev = ? WHERE id = ?', tags, change.rev, thread.id);
    change.threads.set(thread.id, brand.threads.find(thread.id)!);
  });
}

const toTag = (text: string): string => text.toWellFormed().normalize('NFC').replace(/\s+/gu, ' ').trim();

export function block(brand: Brand, change: Change, who: AgentWho, frame: Block): Reply {
  if (!brand.visitors.exists(frame.visitor)) return nak(frame.id, 'not_found', 'no such visitor');
  return act(brand, who, frame, () => brand.visitors.block(change, frame.visitor, frame.on));
}
