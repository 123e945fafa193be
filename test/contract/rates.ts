import { describe, expect } from 'vitest';
import { wire } from '../raw-line.ts';
import { elsewhere } from './hosts.ts';
import { rule } from './rules.ts';
import { type Heard, json, type Line, newId, newToken, type Place, say } from './talk.ts';

/** @param busy a brand whose owner has said nothing yet */
export function rates(at: () => Place, busy: () => Place): void {
  describe('R · How much is welcome', () => {
    const acks = (count: number) => Array.from({ length: count }, () => 'ack');
    const outcome = ({ type, code, retryAfter }: Heard) => (type === 'nak' || type === 'refused' ? `${code}${retryAfter > 0 ? ', later' : ''}` : type);
    const post = async (frames: object[], { token = newToken(), from = elsewhere() } = {}): Promise<string[]> => (await json(await at().post(token, frames, { from }))).frames.map(outcome);

    rule('[R3] three new threads in an hour for a visitor, twenty from one address', async () => {
      const newThreads = (count: number) => Array.from({ length: count }, () => say(newId()));
      expect(await post(newThreads(4))).toEqual([...acks(3), 'rate_limited, later']);
      const from = elsewhere();
      for (let visitor = 0; visitor < 6; visitor++) expect(await post(newThreads(3), { from })).toEqual(acks(3));
      expect(await post(newThreads(3), { from })).toEqual([...acks(2), 'rate_limited, later']);
    });

    rule('[R3] thirty new visitors in an hour from one address; those who are known are heard', async () => {
      const from = elsewhere();
      const label = () => [{ type: 'label', id: newId(), name: 'x' }];
      const token = newToken();
      expect(await post(label(), { from, token })).toEqual(acks(1));
      for (let visitor = 1; visitor < 30; visitor++) expect(await post(label(), { from })).toEqual(acks(1));
      expect([await post(label(), { from }), await post(label(), { from, token })]).toEqual([['rate_limited, later'], acks(1)]);
    });

    /** As one visitor after the other, until it is too much; while they come in, some more become welcome. */
    const takenFrom = async (from: string, frames: () => object[], visitors: number) => {
      let taken = 0;
      let refused: string[] = [];
      for (let visitor = 0; visitor < visitors && !refused.length; visitor++) {
        const outcomes = await post(frames(), { from });
        taken += outcomes.filter((each) => each === 'ack').length;
        refused = outcomes.filter((each) => each !== 'ack');
      }
      expect(new Set(refused)).toEqual(new Set(['rate_limited, later']));
      return taken;
    };

    rule('[R3] sixty messages in a minute from one address, and 240 reports', async () => {
      const nine = () => {
        const thread = newId();
        return Array.from({ length: 9 }, () => say(thread));
      };
      expect(await takenFrom(elsewhere(), nine, 9)).toBeGreaterThanOrEqual(60);
      expect(await takenFrom(elsewhere(), () => Array.from({ length: 28 }, () => ({ type: 'track', id: newId(), name: 'x' })), 12)).toBeGreaterThanOrEqual(240);
    });

    rule('[R3] thirty reports at once for a visitor, and thirty questions', async () => {
      const reports = Array.from({ length: 31 }, () => ({ type: 'track', id: newId(), name: 'x' }));
      expect(await post(reports)).toEqual([...acks(30), 'rate_limited, later']);
      const questions = Array.from({ length: 31 }, (_, n) => (n % 2 ? { type: 'sync', rev: 0 } : { type: 'pull', thread: newId(), before: 9, n: 9 }));
      expect(await post(questions)).toEqual([...questions.slice(0, 30).map(({ type }) => (type === 'sync' ? 'ok' : 'not_found')), 'rate_limited, later']);
    });

    rule('[R3] 120 messages in a minute for an agent', async () => {
      const { thread } = await busy().guest();
      const said: string[] = [];
      for (let n = 0; n < 9; n++) {
        const frames = Array.from({ length: 15 }, () => say(thread));
        said.push(...(await json(await busy().desk('frames', { method: 'POST', cookie: busy().owner, body: { frames } }))).frames.map(outcome));
      }
      expect(said.slice(0, 120)).toEqual(acks(120));
      expect(said.at(-1)).toBe('rate_limited, later');
    });

    rule('[R3] [R2] 300 frames of any kind in a minute on one line; what had an id is answered', async () => {
      const { line, thread } = await at().guest();
      const since = line.heard.length;
      const marks = Array.from({ length: 310 }, () => ({ type: 'got', thread, seq: 1 }));
      line.bytes(Buffer.concat(marks.map((frame) => wire({ payload: JSON.stringify(frame) }))));
      const late = say(thread);
      line.say(late);
      expect(await line.hear(({ id }) => id === late.id, 'an answer', since)).toMatchObject({ type: 'nak', code: 'rate_limited', retryAfter: expect.any(Number) });
      const refused = line.heard.slice(since).filter(({ type }) => type === 'refused');
      expect(refused.length).toBeGreaterThan(0);
      for (const each of refused) expect(each).toEqual({ type: 'refused', code: 'rate_limited', reason: expect.any(String), retryAfter: expect.any(Number) });
    });

    rule('[R3] twenty open lines from one address of people who have said nothing; more are 429 until one of them speaks or goes', async () => {
      const from = elsewhere();
      const lines: Line[] = [];
      for (let n = 0; n < 20; n++) lines.push(await at().visitor({ from }));
      const refused = await at().knock({ from });
      expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([429, true]);
      await lines[0]!.ask({ type: 'label', id: newId(), name: 'x' });
      expect((await at().knock({ from })).status).toBe(101);
    });

    rule('[X3] [R3] who goes on all the same is closed with 4429 and told for how long to stay away', async () => {
      const { line, thread } = await at().guest();
      line.bytes(Buffer.concat(Array.from({ length: 60 }, () => wire({ payload: JSON.stringify(say(thread)) }))));
      expect(await line.ended()).toBe(4429);
      expect(line.of('bye')).toEqual([{ type: 'bye', code: 4429, after: expect.any(Number), reason: expect.any(String) }]);
      expect(line.of('bye')[0].after).toBeGreaterThan(0);
      expect(line.of('nak')).toHaveLength(20);
    });
  });
}
