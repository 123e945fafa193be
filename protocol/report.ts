/** What `GET /v1/<brand>/desk/report` says: figures of a stretch of time, for everybody on the team. */
import type { Id, Time } from './messages.ts';
import { having, list, optional, type Shape, text, whole } from './shape.ts';

/** Of durations in whole milliseconds, by nearest rank. Without any there is neither. */
export interface Times { n: number; median?: number; p90?: number }
/** How episodes that ended were rated: how many gave 1, 2, … 5; `n` are all of them. */
export interface Satisfaction { n: number; counts: number[] }
/** In the smallest unit of the currency. */
export interface Money { currency: string; amount: number; orders: number }

/** Of an agent, also of one who has left. */
export interface AgentFigures {
  agent: Id;
  name: string;
  left?: true;
  /** Episodes that ended, and that she ended. */
  contacts: number;
  /** Orders that are hers (rule D18). */
  conversions: number;
  money: Money[];
  firstReply: Times;
  resolution: Times;
  satisfaction: Satisfaction;
  /** In her contacts: what was said to people who were away and had not answered, and snoozes that ran out. */
  prompts: number;
  lapses: number;
}

/** Of messages: those of the quarters of an hour that begin in the stretch, so of whole days in every zone. */
export interface Delivery {
  /** What was not kept is counted from then on: the beginning of the stretch, unless this brand began to count later. */
  since: Time;
  /** Kept and acknowledged; auto-replies are not counted. */
  acked: number;
  /** Sent again although they were kept: answered the same, and kept once. */
  duplicates: number;
  /** Refused for good, with a reason. */
  refused: number;
  /** Asked to come again a little later: as often as it was asked, so perhaps several times for one message. */
  retried: number;
  /**
   * Now, whatever the stretch: messages that were asked to come again within a day, and have not come yet. A server that has woken
   * since knows of those that were asked again. What is on a device that is offline nobody else can count.
   */
  pending?: number;
}

export interface Report {
  /** From and including, to and not including. */
  from: Time;
  to: Time;
  /** Days and hours are this zone's. */
  zone: string;
  /** Every day of the stretch, the first and the last perhaps in part: `day` as `2026-11-23`; episodes that began and that ended. */
  days: { day: string; began: number; ended: number }[];
  /** Episodes that began, by weekday (Monday first) and hour of the day: 7 times 24. */
  week: number[][];
  began: number;
  ended: number;
  /** Of the episodes that began: from her first message to the team's first answer. */
  firstReply: Times;
  /** Of those that ended: from her first message to the end. */
  resolution: Times;
  /** Of those that ended. */
  satisfaction: Satisfaction;
  conversions: number;
  money: Money[];
  /** By name. */
  agents: AgentFigures[];
  /** Of the episodes that began: how many had a message that stood unanswered for longer than the brand allows itself. */
  overdue: number;
  delivery: Delivery;
}

/** The longest stretch. */
export const REPORT_DAYS_MOST = 366;

const any = text(1_000);
const n = whole();
const times = having({ n, median: optional(n), p90: optional(n) });
const satisfaction = having({ n, counts: list(n, 5) });
const money = list(having({ currency: any, amount: n, orders: n }), 1_000);

/** What a client asks of it before it believes it. */
export const REPORT = having({
  from: n, to: n, zone: any,
  days: list(having({ day: any, began: n, ended: n }), REPORT_DAYS_MOST + 2),
  week: list(list(n, 24), 7),
  began: n, ended: n, firstReply: times, resolution: times, satisfaction, conversions: n, money,
  agents: list(having({
    agent: any, name: any, contacts: n, conversions: n, money, firstReply: times, resolution: times, satisfaction, prompts: n, lapses: n,
  }), 10_000),
  overdue: n,
  delivery: having({ since: n, acked: n, duplicates: n, refused: n, retried: n, pending: optional(n) }),
}) as unknown as Shape<Report>;
