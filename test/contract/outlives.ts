import { describe, expect, test } from 'vitest';
import { rule } from './rules.ts';
import { json, newId, type Place, say } from './talk.ts';

/** Faults that a server writes down about itself. */
const FAULTS = /.*(handler_failed|door_failed|upgrade_failed|publish_failed|object_failed|directory_failed|wake_failed|brand_unavailable|crashed|RangeError|TypeError|Uncaught).*/g;

/** Comes last: it kills the server. */
export function outlives(at: () => Place): void {
  describe('what outlives the server', () => {
    test('up to here it has noticed no fault of its own', () => {
      expect(at().served.output(), 'it writes down what it notices').toContain('signed_in');
      expect(at().served.output().match(FAULTS) ?? []).toEqual([]);
    });

    rule('[M2] [A2] [W1] killed right after its answers, it still holds all that it has acknowledged, under the same epoch', async () => {
      const { line, thread, id } = await at().guest();
      const agent = await at().agent();
      const take = { type: 'take', id: newId(), thread };
      const took = await agent.ask(take);
      line.say({ type: 'seen', thread, seq: 1 });
      const answer = await agent.ask(say(thread, 'an answer'));
      const last = say(thread, 'the last word before the end');
      const ack = await line.ask(last);
      await at().served.kill();
      expect([await line.ended(), await agent.ended()]).toEqual([1006, 1006]);
      await at().served.start();

      const { epoch } = line.of('ok')[0];
      const again = await at().visitor({ token: line.token });
      expect(again.of('ok')[0].epoch).toBe(epoch);
      expect(again.rows().filter(({ kind }) => kind === 'message').map((row) => [row.seq, row.id])).toEqual([[1, id], [2, answer.id], [3, last.id]]);
      expect(await again.ask(last)).toEqual(ack);
      const colleague = await at().agent();
      expect(colleague.row('thread', thread)).toMatchObject({ state: 'assigned', agent: agent.of('ok')[0].me.id, seq: 3, team: { got: 2, seen: 2 } });
      expect(await colleague.ask(take)).toMatchObject({ type: 'ack', id: took.id });
      expect((await json(await at().desk('me', { cookie: at().owner }))).agent.name).toBe('Ada');
    });

    test('nor has it noticed one since', () => {
      expect(at().served.output().match(FAULTS) ?? []).toEqual([]);
    });
  });
}
