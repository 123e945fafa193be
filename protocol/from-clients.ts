/** What a visitor and an agent may say, field by field. A field that is not named here is refused (rule P4). */
import type { AgentHi, FromAgent, FromVisitor, Got, Ping, Pull, Seen, Sync, Typing, VisitorHi } from './frames.ts';
import { type EventData, MARKS, type Page } from './messages.ts';
import {
  BODY_CHARS, EMAIL_CHARS, MENTIONS_MOST, NOTE_CHARS, RATING_CHARS, SEARCH_CHARS, SEARCH_ROWS_MOST, TAGS_MOST, TAG_CHARS, EVENT_CHARS, LANG_CHARS, NAME_CHARS, PAGE_ROWS_MOST, TITLE_CHARS, URL_CHARS, ZONE_CHARS,
} from './limits.ts';
import { type Frames, ID } from './parse.ts';
import { choice, either, exact, exactly, flag, list, matching, optional, record, type Shape, text, whole } from './shape.ts';

const id = matching(ID, 'an id of 1 to 64 letters, digits, dots, dashes or underscores');
const seq = whole(0);
const page: Shape<Page> = exactly({
  url: text(URL_CHARS),
  title: optional(text(TITLE_CHARS)),
  referrer: optional(text(URL_CHARS)),
}) as Shape<Page>;
const body = text(BODY_CHARS, 1);
const finite: Shape<number> = (value) => Number.isFinite(value) ? undefined : 'must be a number';
const scalar = either<string | number | boolean>(
  text(500) as Shape<string | number | boolean>, finite as Shape<string | number | boolean>, flag as Shape<string | number | boolean>);
const eventData: Shape<EventData> = record(scalar, 20, EVENT_CHARS);

const ping: Shape<Ping> = exactly({ type: exact('ping') });
const sync: Shape<Sync> = exactly({ type: exact('sync'), rev: whole(0) });
const pull: Shape<Pull> = exactly({ type: exact('pull'), thread: id, before: whole(1), n: whole(1, PAGE_ROWS_MOST) });
const got: Shape<Got> = exactly({ type: exact('got'), thread: id, seq });
const seen: Shape<Seen> = exactly({ type: exact('seen'), thread: id, seq });
const typing: Shape<Typing> = exactly({ type: exact('typing'), thread: id });
const epoch = optional(text(64, 1));

export const FROM_VISITOR: Frames<FromVisitor> = {
  hi: exactly({
    type: exact('hi'), v: whole(1, 1_000), epoch, rev: whole(0), page: optional(page),
    lang: optional(text(LANG_CHARS)), zone: optional(text(ZONE_CHARS)),
  }) as Shape<VisitorHi>,
  say: exactly({ type: exact('say'), id, thread: id, body, page: optional(page) }) as Frames<FromVisitor>['say'],
  label: exactly({
    type: exact('label'), id, name: optional(text(NAME_CHARS)), email: optional(text(EMAIL_CHARS)),
  }) as Frames<FromVisitor>['label'],
  track: exactly({
    type: exact('track'), id, name: text(EVENT_CHARS, 1), data: optional(eventData),
  }) as Frames<FromVisitor>['track'],
  rate: exactly({
    type: exact('rate'), id, thread: id, episode: whole(1), score: whole(1, 5), text: optional(text(RATING_CHARS)),
  }) as unknown as Frames<FromVisitor>['rate'],
  got, seen, sync, pull, typing, ping,
};

export const FROM_AGENT: Frames<FromAgent> = {
  hi: exactly({ type: exact('hi'), v: whole(1, 1_000), epoch, rev: whole(0) }) as Shape<AgentHi>,
  say: exactly({ type: exact('say'), id, thread: id, body }),
  take: exactly({ type: exact('take'), id, thread: id }),
  end: exactly({ type: exact('end'), id, thread: id, seq }),
  status: exactly({ type: exact('status'), id, status: choice('available', 'away') }),
  snooze: exactly({ type: exact('snooze'), id, thread: id, seq, until: whole(0), keep: flag }),
  wake: exactly({ type: exact('wake'), id, thread: id }),
  transfer: exactly({ type: exact('transfer'), id, thread: id, to: optional(id), note: optional(text(NOTE_CHARS, 1)), mark: optional(choice(...MARKS, 'none')) }) as Frames<FromAgent>['transfer'],
  reopen: exactly({ type: exact('reopen'), id, thread: id }),
  note: exactly({ type: exact('note'), id, thread: id, body: text(NOTE_CHARS, 1), mentions: optional(list(id, MENTIONS_MOST)) }) as Frames<FromAgent>['note'],
  tag: exactly({ type: exact('tag'), id, thread: id, tags: list(text(TAG_CHARS, 1), TAGS_MOST) }),
  block: exactly({ type: exact('block'), id, visitor: id, on: flag }),
  look: exactly({ type: exact('look'), thread: optional(id) }) as Frames<FromAgent>['look'],
  list: exactly({
    type: exact('list'), box: choice('open', 'ended', 'all'), before: whole(0), n: whole(1, PAGE_ROWS_MOST), who: optional(id),
  }) as Frames<FromAgent>['list'],
  search: exactly({ type: exact('search'), text: text(SEARCH_CHARS, 1), before: whole(0), n: whole(1, SEARCH_ROWS_MOST) }),
  got, seen, sync, pull, typing, ping,
};
