import { describe, expect } from 'vitest';
import { wire } from '../raw-line.ts';
import { rule } from './rules.ts';
import { HI, newId, type Place, say } from './talk.ts';
import type { Truths } from './truths.ts';

const LIMIT = 65_536;
/** A `say` of so many bytes; its body is longer than any may be. */
const sayOf = (bytes: number) => {
  const empty = JSON.stringify(say('t', '', 'm'));
  return empty.replace('"body":""', `"body":"${'x'.repeat(bytes - empty.length)}"`);
};
const pieces = (count: number) => Buffer.concat([
  wire({ fin: false, payload: '{' }),
  ...Array.from({ length: count - 2 }, () => wire({ fin: false, opcode: 0, payload: ' ' })),
  wire({ opcode: 0, payload: '"type":"ping"}' }),
]);

export function frames(at: () => Place, truths: Truths): void {
  describe('P · Frames', () => {
    rule('[P1] what is sent at once is answered in the order in which it was said', async () => {
      const line = await at().visitor();
      const thread = newId();
      const said = [
        say(thread, 'one', 'm1'), { type: 'pull', thread, before: 9, n: 9 }, say(thread, 'two', 'm2'), { type: 'label', id: 'l1', name: 'Ada' }, { type: 'nonsense' },
        { type: 'track', id: 't1', name: 'seen' }, say(thread, 'three', 'm3'),
      ];
      const since = line.heard.length;
      line.bytes(Buffer.concat(said.map((frame) => wire({ payload: JSON.stringify(frame) }))));
      await line.hear(({ id }) => id === 'm3', 'the last answer', since);
      expect(line.heard.slice(since).filter(({ type }) => type !== 'changed').map(({ type, id, seq, rows }) => [type, id ?? rows?.length, seq].filter((each) => each !== undefined)))
        .toEqual([['ack', 'm1', 1], ['page', 1], ['ack', 'm2', 2], ['ack', 'l1'], ['refused'], ['ack', 't1'], ['ack', 'm3', 3]]);
    });

    rule('[P1] a message in pieces, cut inside a letter, with a control frame between them, is a message like any other', async () => {
      const { line, thread } = await at().guest();
      const bytes = Buffer.from(JSON.stringify(say(thread, 'grüße 👋', 'whole')));
      const cut = bytes.indexOf(Buffer.from('ü')) + 1;
      line.bytes(wire({ fin: false, payload: bytes.subarray(0, cut) })).bytes(wire({ opcode: 9, payload: 'still there?' })).bytes(wire({ opcode: 0, payload: bytes.subarray(cut) }));
      await line.hear(({ type, id }) => type === 'ack' && id === 'whole', 'its ack', 0);
      expect(line.row('message', 'whole').body).toBe('grüße 👋');
      expect(line.pongs).toBe(1);
    });

    rule('[P1] what is no UTF-8 is never kept as it came', async () => {
      const { line, thread } = await at().guest();
      const [before, after] = JSON.stringify(say(thread, 'broken|text', 'broken')).split('|');
      line.bytes(wire({ payload: Buffer.concat([Buffer.from(before!), Buffer.from([0xff]), Buffer.from(after!)]) }));
      if (truths.brokenText === 'closes the line') expect(await line.ended()).toBe(1007);
      else expect(await line.settled().then(() => line.row('message', 'broken').body)).toBe('broken\ufffdtext');
    });

    rule('[P1] what is no object with a text field `type` is refused, and the line stays', async () => {
      const line = await at().visitor();
      for (const text of ['', 'hello', '{', 'null', '1', '"ping"', '[]', '[{"type":"ping"}]', '{}', '{"type":1}', '{"type":null}', '{"type":"Ping"}', '{"type":"__proto__"}', '{"type":"constructor"}']) {
        const since = line.heard.length;
        line.say(text);
        expect([text, await line.hear(({ type }) => type !== 'presence', text, since)]).toEqual([text, { type: 'refused', code: 'bad_frame', reason: expect.any(String) }]);
      }
      await line.settled();
    });

    rule('[P2] [X3] 65,536 bytes are heard, one more is closed with 1009, in one piece or in two, greeted or not', async () => {
      const line = await at().visitor();
      expect(sayOf(LIMIT)).toHaveLength(LIMIT);
      line.say(sayOf(LIMIT));
      expect(await line.hear(({ type }) => type === 'nak', 'a nak', 0)).toMatchObject({ id: 'm', code: 'bad_frame' });
      const tooBig = sayOf(LIMIT + 1);
      expect(await line.say(tooBig).ended()).toBe(1009);
      expect(await (await at().knock()).say(tooBig).ended()).toBe(1009);
      const inTwo = await at().visitor();
      inTwo.bytes(wire({ fin: false, payload: tooBig.slice(0, 60_000) })).bytes(wire({ opcode: 0, payload: tooBig.slice(60_000) }));
      expect(await inTwo.ended()).toBe(1009);
    });

    rule('[P2] what is counted are bytes and not characters', async () => {
      const line = await at().visitor();
      const letters = 'é'.repeat(40_000);
      expect(await line.say(JSON.stringify(say('t', letters))).ended()).toBe(1009);
    });

    rule('[P2] 1,024 pieces are a frame', async () => {
      const line = await at().visitor();
      line.bytes(pieces(1_024));
      await line.hear(({ type }) => type === 'pong' || type === 'refused', 'an answer', 0);
      expect(line.closed).toBeUndefined();
      if (truths.countsPieces) expect(await line.bytes(pieces(1_025)).ended()).toBe(1008);
    });

    rule('[P3] 8 levels and 64 fields are read, one more of either is refused before anything is parsed', async () => {
      const line = await at().visitor();
      const nested = (levels: number) => `{"type":"track","id":"deep","name":"x","data":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
      const wide = (fields: number) => `{"type":"say",${Array.from({ length: fields - 2 }, (_, n) => `"k${n}":1`).join()},"id":"wide"}`;
      const refusal = async (text: string) => {
        const since = line.heard.length;
        return (await line.say(text).hear(({ type }) => type === 'nak' || type === 'refused', 'a refusal', since)).type;
      };
      // Whoever got as far as the fields found an id there, and a `nak` names it.
      expect([await refusal(nested(8)), await refusal(nested(9))]).toEqual(['nak', 'refused']);
      expect([await refusal(wide(64)), await refusal(wide(65))]).toEqual(['nak', 'refused']);
      expect(await refusal('['.repeat(32_000))).toBe('refused');
    });

    rule('[P4] fields that the page does not name are refused, above all those a client would like to set', async () => {
      const { line, thread } = await at().guest();
      const more = [{ seq: 1 }, { at: 1 }, { by: 'agent' }, { rev: 1 }, { agent: 'a' }, { name: 'Mina' }, { kind: 'message' }, { visitor: 'x' }, { x: null }];
      for (const extra of more) {
        const frame = { ...say(thread), ...extra };
        expect([extra, await line.ask(frame)]).toEqual([extra, { type: 'nak', id: frame.id, code: 'bad_frame', reason: expect.any(String) }]);
      }
      expect(await line.ask({ ...say(thread), page: { url: 'https://shop.example/', at: 1 } })).toMatchObject({ type: 'nak', code: 'bad_frame' });
      expect((await line.ask(say(thread, 'plain'))).seq).toBe(2);
    });

    rule('[P4] what only agents may say is not a visitor\'s frame, and the other way round', async () => {
      const { line, thread } = await at().guest();
      for (const frame of [{ type: 'end', id: 'e', thread, seq: 1 }, { type: 'take', id: 'e', thread }, { type: 'status', id: 'e', status: 'away' }]) {
        expect(await line.ask(frame)).toMatchObject({ type: 'nak', code: 'bad_frame' });
      }
      const agent = await at().agent();
      for (const frame of [{ type: 'label', id: 'l', name: 'x' }, { type: 'track', id: 'l', name: 'x' }]) expect(await agent.ask(frame)).toMatchObject({ type: 'nak', code: 'bad_frame' });
    });

    rule('[P6] text is kept as it was said, but for lone surrogates; its length is counted in UTF-16 units', async () => {
      const { line, thread } = await at().guest();
      const bodies: [string, string][] = [
        ['<b>&amp;</b> *bold* <script>', '<b>&amp;</b> *bold* <script>'], ['a\u0000b\u202ec\u0007\n\t', 'a\u0000b\u202ec\u0007\n\t'],
        ['a\\ud800b', 'a\ufffdb'], ['\\udc00', '\ufffd'], ['👋'.repeat(5_000), '👋'.repeat(5_000)], ['  ', '  '],
      ];
      for (const [body, kept] of bodies) {
        const id = newId();
        line.say(JSON.stringify(say(thread, '?', id)).replace('?', JSON.stringify(body).slice(1, -1).replace('\\\\u', '\\u')));
        await line.hear((frame) => frame.type === 'ack' && frame.id === id, 'an ack', 0);
        expect(line.row('message', id).body).toBe(kept);
      }
      expect(await line.ask(say(thread, `${'👋'.repeat(5_000)}x`))).toMatchObject({ type: 'nak', code: 'bad_frame' });
      expect(await line.ask(say(thread, ''))).toMatchObject({ type: 'nak', code: 'bad_frame' });
    });

    rule('[P7] an id has 1 to 64 of its letters; what is none cannot be named in a refusal', async () => {
      const { line, thread } = await at().guest();
      for (const id of ['x', 'A.z_0-9', 'i'.repeat(64)]) expect(await line.ask(say(thread, 'hello', id))).toMatchObject({ type: 'ack', id });
      for (const id of ['', 'i'.repeat(65), 'a b', 'a/b', 'é', 'a\n']) {
        expect([id, await line.ask(say(thread, 'hello', id))]).toEqual([id, { type: 'refused', code: 'bad_frame', reason: expect.any(String) }]);
      }
      expect(await line.ask(say('no thread', 'hello'))).toMatchObject({ type: 'nak', code: 'bad_frame' });
    });

    rule('[P7] ids that begin with auto. are the brand\'s own; times are now', async () => {
      const { line, thread } = await at().guest();
      const agent = await at().agent();
      expect(await line.ask(say(thread, 'hello', 'auto.7'))).toMatchObject({ type: 'nak', id: 'auto.7', code: 'conflict' });
      expect(await agent.ask(say(thread, 'hello', 'auto.7'))).toMatchObject({ type: 'nak', id: 'auto.7', code: 'conflict' });
      const { at: when, seq } = await line.ask(say(thread, 'hello', 'automatic'));
      expect(seq).toBe(2);
      for (const time of [when, line.of('ok')[0].now]) expect(Math.abs(time - Date.now())).toBeLessThan(10_000);
    });

    rule('[P8] what is not as described is answered once and has no other effect', async () => {
      const { line, thread } = await at().guest();
      const wrong: [object, 'nak' | 'refused'][] = [
        [{ type: 'say', id: 'w', thread, body: 5 }, 'nak'], [{ type: 'say', id: 'w', thread }, 'nak'], [{ type: 'say', id: 7, thread, body: 'x' }, 'refused'],
        [{ type: 'seen', thread, seq: -1 }, 'refused'], [{ type: 'seen', thread, seq: 1.5 }, 'refused'], [{ type: 'pull', thread, before: 0, n: 1 }, 'refused'],
        [{ type: 'track', id: 'w', name: 'x', data: { deep: { er: 1 } } }, 'nak'], [{ type: 'sync', rev: '1' }, 'refused'], [{ type: 'ping', x: 1 }, 'refused'],
      ];
      for (const [frame, type] of wrong) {
        const since = line.heard.length;
        line.say(frame);
        await line.settled();
        expect([frame, line.heard.slice(since, -1)]).toEqual([frame, [{ type, ...(type === 'nak' ? { id: 'w' } : {}), code: 'bad_frame', reason: expect.any(String) }]]);
      }
      expect((await line.ask(say(thread, 'hello', 'w'))).seq).toBe(2);
    });

    rule('[P8] [X3] twenty refusals in a row close the line with 4400, nineteen and a good frame do not', async () => {
      const line = await at().visitor();
      const rubbish = (count: number) => { for (let n = 0; n < count; n++) line.say({ type: 'rubbish' }); };
      rubbish(19);
      await line.ask({ type: 'label', id: newId(), name: 'Ada' });
      rubbish(20);
      expect(await line.ended()).toBe(4400);
      expect(line.of('refused')).toHaveLength(39);
      expect(line.of('bye')).toMatchObject([{ code: 4400 }]);
    });

    rule('[P8] the lengths of the table are exact', async () => {
      const { line, thread } = await at().guest();
      const page = (field: object) => ({ ...say(thread), page: { url: 'u', ...field } });
      const fields: [number, (text: string) => { type: string; id?: string }][] = [
        [10_000, (body) => say(thread, body)], [80, (name) => ({ type: 'label', id: newId(), name })], [254, (email) => ({ type: 'label', id: newId(), email })],
        [2_000, (url) => page({ url })], [2_000, (referrer) => page({ referrer })], [200, (title) => page({ title })],
        [35, (lang) => ({ ...HI, lang })], [64, (zone) => ({ ...HI, zone })], [64, (name) => ({ type: 'track', id: newId(), name })],
        [64, (key) => ({ type: 'track', id: newId(), name: 'x', data: { [key]: 1 } })], [500, (text) => ({ type: 'track', id: newId(), name: 'x', data: { text } })],
      ];
      for (const [most, frame] of fields) {
        expect([most, (await line.ask(frame('x'.repeat(most)))).type]).toEqual([most, frame('').type === 'hi' ? 'ok' : 'ack']);
        expect([most, (await line.ask(frame('x'.repeat(most + 1)))).code]).toEqual([most, 'bad_frame']);
      }
    });

    rule('[P9] `v` is 1 here, and a client of the next version is let in', async () => {
      const line = await at().visitor({ hi: { v: 2 } });
      expect(line.of('ok')[0].v).toBe(1);
      expect((await line.ask({ ...HI, v: 1 })).v).toBe(1);
      expect((await line.ask({ ...HI, v: 0 })).code).toBe('bad_frame');
    });
  });
}
