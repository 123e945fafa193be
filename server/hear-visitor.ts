/** What each frame of a visitor does. Check, write; `brand.ts` tells afterwards. */
import { type Ack, CLOSE, type FromAgent, type FromVisitor, type Nak, type Refusal, type Refused, type VisitorHi, type VisitorMe, type VisitorSay } from '../protocol/frames.ts';
import { VERSION } from '../protocol/limits.ts';
import type { Message, Rev, Time, Visitor } from '../protocol/messages.ts';
import { autoReply, type Moment } from './autoreply.ts';
import type { Brand } from './brand.ts';
import { visitorCatchUp } from './catchup.ts';
import type { Change } from './change.ts';
import { afterVisitor } from './desk.ts';
import type { Connection, VisitorWho } from './host.ts';
import { track } from './ledger.ts';
import { LEAST_WAIT_MS } from './limits.ts';
import { stand } from './standing.ts';
import { rate } from './rate.ts';
import { greeted } from './tell.ts';
import { standingOf, type ThreadRow } from './threads.ts';

export type Reply = Ack | Nak | Refused | undefined;

export function hearVisitor(brand: Brand, change: Change, connection: Connection, frame: FromVisitor): Reply {
  const who = connection.data as VisitorWho;
  const tooFast = rateOf(brand, who, frame);
  if (tooFast) return slowDown(brand, connection, frame, tooFast);
  switch (frame.type) {
    case 'hi': return greet(brand, change, connection, frame);
    case 'say': return say(brand, change, who, frame);
    case 'label': {
      const refused = blocked(brand, who) ?? meet(brand, change, who);
      if (refused) return nak(frame.id, ...refused);
      brand.visitors.label(change, who.visitor, frame.name?.toWellFormed(), frame.email?.toWellFormed());
      return { type: 'ack', id: frame.id, at: brand.host.now() };
    }
    case 'track': {
      const barred = blocked(brand, who);
      // What was kept before is acknowledged again.
      if (barred && brand.visitors.tracked(who.visitor, frame.id)) return { type: 'ack', id: frame.id, at: brand.host.now() };
      const refused = barred ?? meet(brand, change, who);
      if (refused) return nak(frame.id, ...refused);
      track(brand, change, who.visitor, { ...frame, name: frame.name.toWellFormed() });
      return { type: 'ack', id: frame.id, at: brand.host.now() };
    }
    case 'rate': return rate(brand, change, who, frame);
    case 'got': case 'seen': {
      const thread = brand.threads.of(who.visitor, frame.thread);
      if (!thread) return refuse('not_found', 'no such thread');
      brand.threads.mark(change, thread, 'visitor', frame.type, frame.seq);
      return undefined;
    }
    case 'sync': {
      sync(brand, connection, frame.rev);
      return undefined;
    }
    case 'pull': {
      if (!brand.threads.of(who.visitor, frame.thread)) return refuse('not_found', 'no such thread');
      const { rows, more } = brand.threads.page(frame.thread, frame.before, frame.n);
      connection.send({ type: 'page', thread: frame.thread, rows: rows.map(({ page: _, ...row }) => row), more });
      return undefined;
    }
    case 'typing': {
      const thread = brand.threads.of(who.visitor, frame.thread);
      if (!thread || brand.visitors.isBlocked(who.visitor) || brand.allowance.typing(who.connection, brand.host.now())) return undefined;
      for (const each of greeted(brand.host.connections('agents'))) each.send({ type: 'typing', thread: thread.id });
      return undefined;
    }
    case 'ping': {
      connection.send({ type: 'pong', head: brand.threads.visitorHead(who.visitor) });
      return undefined;
    }
  }
}

/** For everything but messages, of which the ones that are known already cost nothing. */
function rateOf({ allowance, host }: Brand, who: VisitorWho, { type }: FromVisitor): number {
  switch (type) {
    case 'hi': case 'sync': case 'pull': return allowance.reading(who.visitor, host.now());
    case 'label': case 'track': case 'rate': return allowance.report(who.visitor, who.from, host.now());
    default: return 0;
  }
}

function slowDown(brand: Brand, connection: Connection, frame: FromVisitor, wait: number): Reply {
  if ('id' in frame) return nak(frame.id, 'rate_limited', 'too much at once', wait);
  if (connection.data.greeted) return refuse('rate_limited', 'too much at once', wait);
  // Without a greeting this connection is good for nothing; the next one will have it.
  brand.sendAway(connection, CLOSE.tryLater, 'too many greetings', wait);
  return undefined;
}

function greet(brand: Brand, change: Change, connection: Connection, hi: VisitorHi): Reply {
  const before = connection.data as VisitorWho;
  const who: VisitorWho = {
    ...before, greeted: true,
    ...(hi.lang ? { lang: hi.lang } : {}), ...(hi.zone ? { zone: hi.zone } : {}), ...(hi.page ? { page: hi.page } : {}),
  };
  connection.data = who;
  const me = brand.visitors.find(who.visitor);
  // Whoever is nobody yet holds nothing of hers: it is of somebody whose token this device could not keep.
  const since = me && hi.epoch === brand.epoch && hi.rev <= brand.head() ? hi.rev : 0;
  const { set, fresh } = visitorCatchUp(brand, who.visitor, since);
  connection.send({
    type: 'ok', v: VERSION, epoch: brand.epoch, rev: brand.head(), now: brand.host.now(), set, ...(fresh ? { fresh } : {}),
    me: meOf(brand, me, hi.lang),
  });
  if (me) {
    if (!brand.host.full) brand.visitors.greet(change, who);
    brand.presence.came(change, who);
  }
  return undefined;
}

function sync(brand: Brand, connection: Connection, since: Rev): void {
  const head = brand.head();
  const { set, fresh } = visitorCatchUp(brand, (connection.data as VisitorWho).visitor, since <= head ? since : 0);
  if (!fresh) return connection.send({ type: 'changed', rev: head, set });
  const me = brand.visitors.find((connection.data as VisitorWho).visitor);
  connection.send({
    type: 'ok', v: VERSION, epoch: brand.epoch, rev: head, now: brand.host.now(), set, fresh,
    me: meOf(brand, me, (connection.data as VisitorWho).lang),
  });
}

/** What she is told of herself: her own labels among it, so that she is not asked for them again. */
const meOf = (brand: Brand, me: Visitor | undefined, lang: string | undefined): VisitorMe => ({
  ...(me ? { id: me.id } : {}), verified: me?.verified ?? false, ...(me?.name ? { name: me.name } : {}), ...(me?.email ? { email: me.email } : {}),
  card: brand.card(lang),
});

function say(brand: Brand, change: Change, who: VisitorWho, frame: VisitorSay): Reply {
  const body = frame.body.toWellFormed();
  if (isBrands(frame.id)) return nak(frame.id, 'conflict', 'this id is the brand\'s own');
  const known = brand.threads.find(frame.thread);
  if (known && known.visitor !== who.visitor) return nak(frame.id, 'not_found', 'no such thread');
  const said = known && brand.threads.said(frame.thread, frame.id);
  if (said) return again(said, 'visitor', body);

  const barred = blocked(brand, who);
  if (barred) return nak(frame.id, ...barred);
  const now = brand.host.now();
  // What was written may be undone, and the message comes again: it pays once.
  const hasPaid = brand.allowance.hasPaid(who.visitor, frame.id);
  const tooFast = hasPaid ? 0 : brand.allowance.message(who.visitor, who.from, now);
  if (tooFast) return nak(frame.id, 'rate_limited', 'too many messages at once', tooFast);
  if (!known) {
    const refused = meet(brand, change, who, hasPaid);
    if (refused) return nak(frame.id, ...refused);
    const tooMany = hasPaid ? 0 : brand.allowance.thread(who.visitor, who.from, now);
    if (tooMany) return nak(frame.id, 'rate_limited', 'too many new threads', tooMany);
  }
  brand.allowance.paid(who.visitor, frame.id);
  const thread = known ?? brand.threads.begin(change, frame.thread, who.visitor);
  const message = brand.threads.append(change, thread, { id: frame.id, by: 'visitor', body, ...(frame.page ? { page: frame.page } : {}) });
  answer(brand, change, thread, who);
  return { type: 'ack', id: message.id, thread: thread.id, seq: message.seq, at: message.at };
}

/** The thread after her message, with the brand's own answer right behind it when one is due. */
function answer(brand: Brand, change: Change, thread: ThreadRow, who: VisitorWho): void {
  const now = brand.host.now();
  const step = afterVisitor(standingOf(thread), now, (agent) => brand.presence.isIn(agent));
  const text = autoReply(step.standing, brand.settings, momentOf(brand, who, now, () => brand.presence.available()));
  if (text) {
    brand.threads.append(change, thread, { id: `${BRANDS}${thread.seq}`, by: 'brand', body: text });
    step.standing.greeted = true;
  }
  stand(brand, change, thread, step);
}

/** What an auto-reply depends on. Looked up only where it decides: most messages find it decided already. */
export const momentOf = (brand: Brand, who: VisitorWho, now: Time, available: () => boolean): Moment => ({
  now,
  get available() { return available(); },
  get lang() { return who.lang ?? brand.visitors.find(who.visitor)?.lang; },
});

/** Nothing more of hers is taken (rule D14). */
export const blocked = (brand: Brand, { visitor }: VisitorWho): [Refusal, string] | undefined =>
  brand.visitors.isBlocked(visitor) ? ['blocked', 'you cannot write here any more'] : undefined;

/** Her row, if this is her first word. */
function meet(brand: Brand, change: Change, who: VisitorWho, hasPaid = false): [Refusal, string, number?] | undefined {
  if (brand.visitors.exists(who.visitor)) return undefined;
  const admitted = brand.admit(who.token);
  if (admitted === 'erased') return ['forbidden', 'this visitor was erased'];
  // Recognised a moment ago (rule I3): this connection is being closed, and on the next one she is who she is now.
  if (admitted.visitor !== who.visitor) return ['retry_later', 'somebody else by now', LEAST_WAIT_MS];
  const tooMany = hasPaid ? 0 : brand.allowance.newcomer(who.from, brand.host.now());
  if (tooMany) return ['rate_limited', 'too many new visitors from this address', tooMany];
  brand.visitors.meet(change, who);
  brand.presence.came(change, who);
  return undefined;
}

/** How the ids of the brand's own messages begin (rule P7): one that somebody else had taken could not be said any more. */
const BRANDS = 'auto.';
export const isBrands = (id: string): boolean => id.startsWith(BRANDS);

/** The same id again: the same answer, unless it says something else now. */
export function again(said: Message, by: Message['by'], body: string): Reply {
  return said.by === by && said.body === body
    ? { type: 'ack', id: said.id, thread: said.thread, seq: said.seq, at: said.at }
    : nak(said.id, 'conflict', 'this id was used for another message');
}

export const nak = (id: string, code: Refusal, reason: string, retryAfter?: number): Nak =>
  ({ type: 'nak', id, code, reason, ...(retryAfter ? { retryAfter } : {}) });
export const refuse = (code: Refusal, reason: string, retryAfter?: number): Refused =>
  ({ type: 'refused', code, reason, ...(retryAfter ? { retryAfter } : {}) });

/** Asked of a client whose frame could not be written: the disk may be full, and somebody has to make room. */
export const RETRY_LATER_MS = 15_000;

export function notNow(frame: FromVisitor | FromAgent, code: Refusal = 'retry_later', wait = RETRY_LATER_MS): Nak | Refused {
  const reason = code === 'rate_limited' ? 'too much at once' : 'it could not be written now';
  return 'id' in frame ? nak(frame.id, code, reason, wait) : refuse(code, reason, wait);
}
