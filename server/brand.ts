/**
 * The single writer of one brand: a frame comes in, it is checked, written and told. Every public method is a handler:
 * the host runs it as one transaction, and what it sends leaves only after the commit. Nothing here awaits.
 */
import { CLOSE, type FromAgent, type FromVisitor, type Nak, type Refused } from '../protocol/frames.ts';
import { FROM_AGENT, FROM_VISITOR } from '../protocol/from-clients.ts';
import type { Agent, Card, Id, Rev } from '../protocol/messages.ts';
import { check, type Parsed, parse } from '../protocol/parse.ts';
import type { Settings } from '../protocol/settings.ts';
import { Agents, type Hire } from './agents.ts';
import { Bursts } from './burst.ts';
import { cardOf } from './card.ts';
import { Change } from './change.ts';
import { Deliveries } from './delivery.ts';
import { doWhatIsDue, TIDY_MS } from './due.ts';
import { hearAgent } from './hear-agent.ts';
import { hearVisitor, nak, notNow, refuse, type Reply, RETRY_LATER_MS } from './hear-visitor.ts';
import { type Connection, type Host, tagOf, type Who } from './host.ts';
import { Holds } from './holds.ts';
import { nextChange } from './hours.ts';
import { Jobs } from './jobs.ts';
import { Allowance, LEAST_WAIT_MS, REFUSALS_BEFORE_CLOSE, SOCKETS_PER_PERSON } from './limits.ts';
import { type Moving, newEpoch, waitOf } from './moving.ts';
import { Presence } from './presence.ts';
import { handOut, letGo, resettle } from './queue.ts';
import { lookAway } from './look.ts';
import { OwnReplyTime } from './reply-time.ts';
import { migrate } from './schema.ts';
import { REST_MS, Words } from './search.ts';
import { readSettings, writeSettings } from './settings.ts';
import { tell } from './tell.ts';
import { Threads } from './threads.ts';
import { Visitors } from './visitors.ts';

/** Refusals that count against a connection; the others can happen to anybody. */
const ABUSIVE = ['bad_frame', 'rate_limited', 'conflict', 'forbidden'];

type Frame = FromVisitor | FromAgent;

export class Brand {
  readonly id: Id;
  readonly host: Host;
  readonly threads: Threads;
  readonly visitors: Visitors;
  readonly agents: Agents;
  readonly jobs: Jobs;
  readonly presence: Presence;
  readonly words: Words;
  readonly deliveries: Deliveries;
  readonly ownReplyTime: OwnReplyTime;
  readonly allowance = new Allowance();
  readonly holds = new Holds();
  readonly bursts = new Bursts(this);
  epoch = '';
  settings!: Settings;
  /** Refusals in a row, by connection: a client that only ever sends rubbish is sent away. */
  readonly #refusals = new WeakMap<Connection, number>();

  constructor(id: Id, host: Host) {
    this.id = id;
    this.host = host;
    this.threads = new Threads(host, () => this.settings.desk);
    this.visitors = new Visitors(host);
    this.agents = new Agents(host, () => this.settings.desk.slots);
    this.jobs = new Jobs(host);
    this.presence = new Presence(this);
    this.words = new Words(host);
    this.deliveries = new Deliveries(host, this.jobs);
    this.ownReplyTime = new OwnReplyTime(host);
    migrate(host);
    host.transaction(() => { host.sql('INSERT INTO head (one, rev, epoch, created) VALUES (1, 0, ?, ?) ON CONFLICT (one) DO NOTHING', newEpoch(host), host.now()); });
    this.resume();
  }

  /** Looks at its database as if for the first time, and goes on with what is due: at its start, and when it has moved. */
  resume(): void {
    this.epoch = this.host.sql<{ epoch: string }>('SELECT epoch FROM head')[0]!.epoch;
    this.settings = readSettings(this.host);
    if (this.moving) return this.host.wakeAt(null);
    this.jobs.ensure('tidy', this.host.now() + TIDY_MS);
    this.watchHours();
    this.words.measure();
    if (this.words.isFarBehind) this.jobs.ensure('words', this.host.now());
    this.deliveries.begin();
    this.jobs.rearm();
  }

  /** Whether it is on its way from one house to another: then nothing that comes in is heard. Asked of the database, for a copy could be of a commit that failed. */
  get moving(): Moving {
    return this.host.sql<{ moving: Moving }>('SELECT moving FROM head')[0]!.moving;
  }

  head(): Rev {
    return this.host.sql<{ rev: Rev }>('SELECT rev FROM head')[0]!.rev;
  }

  // ---- the line

  join(connection: Connection): void {
    if (this.moving) return this.turnAway(connection);
    const who = connection.data;
    if (who.role === 'visitor') {
      const admitted = this.admit(who.token);
      if (admitted === 'erased') return this.sendAway(connection, CLOSE.token, 'this device was forgotten');
      // Her signature came while the line was being opened: it belongs to whom she was taken for before.
      if (admitted.visitor !== who.visitor) return this.sendAway(connection, CLOSE.restart, 'recognised');
    }
    this.presence.connected();
    const all = this.host.connections(tagOf(who)[1]);
    for (const oldest of all.slice(0, Math.max(0, all.length - SOCKETS_PER_PERSON))) this.sendAway(oldest, CLOSE.superseded, 'too many connections');
  }

  leave(connection: Connection): void {
    if (this.moving) return;
    this.presence.went(connection.data);
    lookAway(this, connection);
  }

  /** One text frame. */
  receive(connection: Connection, text: string): void {
    this.#hear(connection, parse<Frame>(text, framesOf(connection.data)));
  }

  /** The frames of a POST, one after the other; the answers go to the same connection, which is none that stays. */
  post(connection: Connection, frames: unknown[]): void {
    for (const frame of frames) this.#hear(connection, check<Frame>(frame, framesOf(connection.data)));
  }

  #hear(connection: Connection, parsed: Parsed<Frame>): void {
    if (this.moving) return this.turnAway(connection);
    const wait = this.allowance.frame(connection.data.connection, this.host.now());
    if (!connection.data.greeted && ('refused' in parsed || parsed.frame.type !== 'hi')) {
      return this.sendAway(connection, CLOSE.badFrame, 'the first frame must be hi');
    }
    if ('refused' in parsed) return this.answer(connection, parsed.id ? nak(parsed.id, parsed.refused, parsed.reason) : refuse(parsed.refused, parsed.reason));
    const { frame } = parsed;
    const held = frame.type === 'say' ? this.holds.held(connection, frame, this.host.now()) : undefined;
    if (held?.wait) return this.#putOff(connection, notNow(frame, held.code, held.wait));
    if (held) this.#refusals.delete(connection); // she has waited, as she was asked to
    this.#answerTo(connection, frame, wait ? notNow(frame, 'rate_limited', wait) : this.#attempt(connection, frame));
  }

  #attempt(connection: Connection, frame: Frame): Reply {
    try {
      return this.#handle(connection, frame);
    } catch (error) {
      this.host.log('handler_failed', { type: frame.type, error: (error as Error).name, code: String((error as { errcode?: number }).errcode ?? '') });
      if (frame.type !== 'hi') return notNow(frame);
      // Without its ok the line is good for nothing; the next one will have it.
      return void this.sendAway(connection, CLOSE.tryLater, 'not now', RETRY_LATER_MS);
    }
  }

  /** A message that has to wait holds up those behind it, which are on their way already: none may come before it. */
  #answerTo(connection: Connection, frame: Frame, reply: Reply): void {
    if (frame.type !== 'say') return this.answer(connection, reply);
    if (reply?.type !== 'nak' || !reply.retryAfter) {
      this.holds.done(connection, frame);
      return this.answer(connection, reply);
    }
    const retryAfter = Math.max(reply.retryAfter, LEAST_WAIT_MS);
    this.holds.refused(connection, frame, reply.code, retryAfter, this.host.now());
    this.#putOff(connection, { ...reply, retryAfter });
  }

  /** A message is asked for again. */
  #putOff(connection: Connection, reply: Nak | Refused): void {
    this.deliveries.count(reply, false);
    this.answer(connection, reply);
  }

  /** What came in could not be kept: asks for it again. Writes nothing. */
  putOff(connection: Connection, text: string): void {
    const parsed = parse<Frame>(text, framesOf(connection.data));
    if ('refused' in parsed) return;
    if (parsed.frame.type === 'hi') return this.sendAway(connection, CLOSE.tryLater, 'not now', RETRY_LATER_MS);
    this.#answerTo(connection, parsed.frame, notNow(parsed.frame));
  }

  #handle(connection: Connection, frame: Frame): Reply {
    return this.write((change) => {
      const reply = connection.data.role === 'visitor'
        ? hearVisitor(this, change, connection, frame as FromVisitor)
        : hearAgent(this, change, connection, frame as FromAgent);
      if (frame.type === 'say' && !(reply && 'retryAfter' in reply)) this.deliveries.count(reply, change.any);
      return reply;
    });
  }

  /** One change: what `work` writes is told when it is done, or nothing of it has happened. */
  write<T>(work: (change: Change) => T): T {
    let result: T;
    this.host.transaction((): void => {
      const change = new Change(this.host);
      result = work(change);
      if (change.desk) handOut(this, change);
      this.agents.recount(change);
      if (this.words.added(change.messages.length + change.entries.length, change.isCrowded)) this.jobs.ensure('words', this.host.now() + REST_MS);
      tell(this, change);
      if (change.any) this.bursts.saw(change);
      this.deliveries.settle(change.any);
    });
    return result!;
  }

  answer(connection: Connection, reply: Reply): void {
    if (reply) connection.send(reply);
    if (!reply || reply.type === 'ack' || !ABUSIVE.includes(reply.code)) {
      this.#refusals.delete(connection);
      return;
    }
    const inARow = (this.#refusals.get(connection) ?? 0) + 1;
    this.#refusals.set(connection, inARow);
    if (inARow < REFUSALS_BEFORE_CLOSE) return;
    this.sendAway(connection, reply.code === 'bad_frame' ? CLOSE.badFrame : CLOSE.slowDown, 'refused too often', reply.retryAfter);
  }

  sendAway(connection: Connection, code: number, reason: string, after = 0): void {
    connection.send({ type: 'bye', code, after, reason });
    connection.close(code, reason);
  }

  turnAway(connection: Connection): void {
    this.sendAway(connection, CLOSE.tryLater, 'moving house', waitOf(this.host));
  }

  // ---- the clock

  wake(): void {
    if (this.moving) return;
    this.jobs.run((job) => this.write((change) => doWhatIsDue(this, change, job)));
  }

  /** Looks again when the brand opens or closes next. */
  watchHours(): void {
    const next = nextChange(this.settings.hours, this.host.now());
    if (next) this.jobs.schedule('hours', next);
    else this.jobs.cancel('hours');
  }

  // ---- the brand

  card(lang?: string): Card {
    return cardOf(this, lang);
  }

  /** @param settings already checked against `SETTINGS`. */
  change(settings: Settings): void {
    const before = this.settings.desk;
    this.write((change) => {
      writeSettings(this.host, settings);
      this.settings = settings;
      resettle(this, change, before);
    });
    this.watchHours();
    this.presence.tellAvailable();
  }

  /** Who a device's token is. */
  admit(token: string): { visitor: Id } | 'erased' {
    return this.visitors.admit(token);
  }

  // ---- the team

  colleagues(): Agent[] {
    return this.agents.all();
  }

  hire(hire: Hire): Id {
    return this.write((change) => this.agents.hire(change, hire));
  }

  rename(agent: Id, name: string): void {
    this.write((change) => this.agents.rename(change, agent, name));
  }

  /** @param slots null: as many as the brand lets everybody hold */
  setSlots(agent: Id, slots: number | null): void {
    this.write((change) => this.agents.setSlots(change, agent, slots));
  }

  dismiss(agent: Id): void {
    this.write((change) => {
      this.agents.dismiss(change, agent);
      letGo(this, change, agent);
    });
    for (const each of this.host.connections(`a:${agent}`)) this.sendAway(each, CLOSE.token, 'no longer of the team');
    this.presence.tellAvailable();
  }

  /** Closes the connections of a session that has ended. */
  hangUp(session: string): void {
    for (const each of this.host.connections('agents')) {
      if (each.data.role === 'agent' && each.data.session === session) this.sendAway(each, CLOSE.token, 'signed out');
    }
  }
}

const framesOf = (who: Who) => (who.role === 'visitor' ? FROM_VISITOR : FROM_AGENT) as typeof FROM_VISITOR & typeof FROM_AGENT;
