import { describe, expect, it } from 'vitest';
import { pieces as inInbox } from '../inbox/links.ts';
import { pieces as inWidget } from '../widget/links.ts';

/** A body of the greatest length, made to be slow. */
const RUDE = [`https://a${')'.repeat(9_980)}`, `https://a${'.'.repeat(9_980)}x`, 'a'.repeat(10_000), `${'a.'.repeat(4_990)}@`, `https://${'('.repeat(4_990)}${')'.repeat(4_990)}`];

describe('links', () => {
  it.each([['inbox', inInbox], ['widget', inWidget]] as const)('in the %s are found in time that grows with the text alone, and lose none of it', (_where, pieces) => {
    for (const text of RUDE) {
      const once = (part: string) => {
        const began = performance.now();
        for (let i = 0; i < 5; i++) pieces(part);
        return performance.now() - began;
      };
      once(text.slice(0, 100));
      const [quarter, whole] = [once(text.slice(0, 2_500)), once(text)];
      // Four times the text: a square would be sixteen times the work. What is too short to measure is short enough.
      expect(whole, text.slice(0, 20)).toBeLessThan(Math.max(50, quarter * 10));
      expect(pieces(text).map((piece) => (typeof piece === 'string' ? piece : piece.text)).join('')).toBe(text);
    }
  });

  it('leave out what ends a sentence, and keep brackets that belong to an address', () => {
    const links = (text: string) => inInbox(text).filter(({ href }) => href).map((piece) => piece.text);
    expect(links('see https://a.example/x), or (https://b.example/y_(z)).')).toEqual(['https://a.example/x', 'https://b.example/y_(z)']);
    expect(links('write to ada@shop.example!')).toEqual(['ada@shop.example']);
  });
});
