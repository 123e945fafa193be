/** Pure: was every promise kept? What everybody said, was told and holds, against what the server has in the end. */
import type { Message } from '../../protocol/messages.ts';

export interface Writer {
  name: string;
  by: 'visitor' | 'agent';
  /** In the order of writing. */
  said: { id: string; thread: string; body: string }[];
  /** Id to seq, as it was told. */
  acked: ReadonlyMap<string, number>;
  /** Thread to seq to message. */
  held: ReadonlyMap<string, ReadonlyMap<number, Message>>;
  /** The threads that it holds whole. */
  reads: string[];
  broken: string[];
  /** Not answered yet. */
  pending: number;
}

export interface Verdict {
  /** Told to be safe, and not there. */
  lost: string[];
  /** Everything else that was not as promised. */
  broken: string[];
}

export function judge(threads: ReadonlyMap<string, Message[]>, writers: Writer[]): Verdict {
  const lost: string[] = [];
  const broken: string[] = [];
  const placeOf = new Map<string, { row: Message; times: number }>();
  for (const [thread, rows] of threads) {
    if (rows.some(({ seq }, at) => seq !== at + 1)) broken.push(`${thread}: its places are ${rows.map(({ seq }) => seq).join(' ')}`);
    for (const row of rows) placeOf.set(row.id, { row, times: (placeOf.get(row.id)?.times ?? 0) + 1 });
  }
  for (const writer of writers) {
    const { name, said, acked, pending } = writer;
    broken.push(...writer.broken.map((each) => `${name}: ${each}`));
    if (pending) broken.push(`${name}: ${pending} are still unanswered`);
    for (const [id, seq] of acked) {
      const place = placeOf.get(id);
      if (!place) lost.push(`${name} was told that ${id} is safe, at ${seq}`);
      else if (place.row.seq !== seq) broken.push(`${name} was told that ${id} is at ${seq}, and it is at ${place.row.seq}`);
    }
    const last = new Map<string, number>();
    for (const { id, thread, body } of said) {
      const { row, times } = placeOf.get(id) ?? {};
      if (!row) {
        if (!acked.has(id)) broken.push(`${name}: ${id} is nowhere`);
        continue;
      }
      if (times !== 1) broken.push(`${name}: ${id} is there ${times} times`);
      if (row.thread !== thread || row.body !== body || row.by !== writer.by) broken.push(`${name}: ${id} is there as ${JSON.stringify(row)}`);
      if (row.seq < (last.get(thread) ?? 0)) broken.push(`${name}: ${id} was overtaken by what was said after it`);
      last.set(thread, row.seq);
    }
    for (const thread of writer.reads) {
      const [theirs, ours] = [writer.held.get(thread), threads.get(thread) ?? []];
      const differs = ours.find(({ seq, id, body }) => theirs?.get(seq)?.id !== id || theirs.get(seq)?.body !== body);
      if (differs || theirs?.size !== ours.length) broken.push(`${name} holds ${theirs?.size ?? 0} of the ${ours.length} in ${thread}, and at ${differs?.seq ?? 'the end'} another`);
    }
  }
  const known = new Set(writers.flatMap(({ said }) => said.map(({ id }) => id)));
  for (const { row } of placeOf.values()) if (row.by !== 'brand' && !known.has(row.id)) broken.push(`${row.id} was said by nobody`);
  return { lost, broken };
}
