/**
 * What one brand needs as its site grows, from the conversation that `bench/cost.ts` supposes.
 * `node build.mjs with bench/scale.ts` prints the table of `docs/scale.md`; a test holds the page to it.
 */
import { HEARTBEAT_MS } from '../protocol/limits.ts';
import { BYTES_A_MESSAGE, CONVERSATION } from './cost.ts';

/** Of those who visit a page, so many write. */
const WRITE = 0.01;
/** Of a day's traffic, so much falls into its busiest hour. */
const PEAK_HOUR = 0.1;
const HOUR_S = 3_600;
/** She stays on a page, or on the next, for so long: her socket is open that long. */
const VISIT_S = 300;
/** What somebody at an inbox handles in a day, and how many of the team are in at the busiest hour. */
const CONVERSATIONS_A_DAY = 60;
const IN_AT_PEAK = 0.6;
/** A message changes rows three times: said, got, seen. Each change is told to every open inbox. */
const CHANGES_A_MESSAGE = 3;
export const OBJECT_BYTES = 10e9;

export interface Need { visitors: number; messages: number; frames: number; syncs: number; sockets: number; agents: number; told: number; days: number }

/** @param visitors a day. Rates are for a second of the busiest hour. */
export function needOf(visitors: number): Need {
  const { fromVisitor, fromAgents, autoReplies, visits, typingEach } = CONVERSATION;
  const said = fromVisitor + fromAgents + autoReplies;
  const conversations = visitors * WRITE;
  const agents = Math.max(1, (conversations / CONVERSATIONS_A_DAY) * IN_AT_PEAK);
  const messages = (conversations * said * PEAK_HOUR) / HOUR_S;
  const sockets = (conversations * visits * PEAK_HOUR * VISIT_S) / HOUR_S + agents;
  return {
    visitors, messages, agents, sockets,
    // The edge tells all the brand's head: in a busy brand each heartbeat is followed by a question that finds nothing.
    syncs: messages * CHANGES_A_MESSAGE * (HEARTBEAT_MS / 1_000) > 1 ? sockets / (HEARTBEAT_MS / 1_000) : 0,
    frames: (conversations * (visits + (fromVisitor + fromAgents) * (1 + typingEach) + 4 * said / 2) * PEAK_HOUR) / HOUR_S,
    told: messages * CHANGES_A_MESSAGE * agents,
    days: OBJECT_BYTES / (conversations * said * BYTES_A_MESSAGE),
  };
}

const VISITORS = [1_000, 10_000, 100_000, 1_000_000, 10_000_000, 50_000_000];

export function table(volumes: number[] = VISITORS): string {
  const line = (...cells: string[]) => `| ${cells.join(' | ')} |`;
  return [
    line('visitors a day', 'messages/s', 'frames in/s', 'and syncs/s', 'sockets', 'open inboxes', 'frames to inboxes/s', '10 GB last'),
    '|---:|---:|---:|---:|---:|---:|---:|---:|',
    ...volumes.map((visitors) => {
      const { messages, frames, syncs, sockets, agents, told, days } = needOf(visitors);
      return line(short(visitors), short(messages), short(frames), short(syncs), short(sockets), short(agents), short(told), ago(days));
    }),
  ].join('\n');
}

function short(count: number): string {
  for (const [size, name] of [[1e6, ' M'], [1e3, ' k']] as const) if (count >= size) return `${Number((count / size).toPrecision(2))}${name}`;
  return String(Number(count.toPrecision(2)));
}
const ago = (days: number): string => (days > 700 ? `${Math.round(days / 365)} years` : `${Math.round(days)} days`);

if (import.meta.main) console.log(table());
