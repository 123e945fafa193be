/** What stands in the thread: clusters, links, times. Pure functions all. */
import { describe, expect, it, vi } from 'vitest';
import { cluster } from '../widget/lines.ts';
import { type Piece, pieces } from '../widget/links.ts';
import { speak } from '../widget/times.ts';
import { words as arabic } from '../widget/words/ar.ts';
import { words as english } from '../widget/words/en.ts';
import { message, row, T0, waiting } from './widget-fake.ts';

const held = (messages: ReturnType<typeof message>[], more = {}) => ({ row: row(more), messages });
const bodies = (clusters: ReturnType<typeof cluster>) => clusters.map(({ lines }) => lines.map(({ body }) => body));

describe('clusters', () => {
  it('stand what one person said in one go together', () => {
    const all = cluster(held([
      message(1, 'visitor', 'a'), message(2, 'visitor', 'b'), message(3, 'brand', 'auto'), message(4, 'agent', 'c', { agent: 'x', name: 'Mina' }),
      message(5, 'agent', 'd', { agent: 'y', name: 'Noor' }),
    ]), [], 0);
    expect(bodies(all)).toEqual([['a', 'b'], ['auto'], ['c'], ['d']]);
    expect(all.map(({ name }) => name)).toEqual([undefined, undefined, 'Mina', 'Noor']);
  });

  it('part after five silent minutes, and carry the time of their newest line', () => {
    const all = cluster(held([
      message(1, 'visitor', 'a', { at: T0 }), message(2, 'visitor', 'b', { at: T0 + 299_000 }), message(3, 'visitor', 'c', { at: T0 + 600_000 }),
    ]), [], 0);
    expect(bodies(all)).toEqual([['a', 'b'], ['c']]);
    expect(all[0]!.at).toBe(T0 + 299_000);
  });

  it('begin anew with each day', () => {
    const midnight = new Date(2026, 10, 23).getTime();
    const all = cluster(held([message(1, 'visitor', 'a', { at: midnight - 1_000 }), message(2, 'visitor', 'b', { at: midnight + 1_000 })]), [], 0);
    expect(all.map(({ day }) => day)).toEqual([true, true]);
  });

  it('begin anew where she stopped reading', () => {
    const all = cluster(held([message(1, 'brand', 'a'), message(2, 'brand', 'b')]), [], 0, 2);
    expect(all.map(({ fresh }) => fresh)).toEqual([false, true]);
  });

  it('tell the fate of her own, by how far the team has got', () => {
    const mine = [message(1, 'visitor', 'a'), message(2, 'visitor', 'b'), message(3, 'visitor', 'c'), message(4, 'agent', 'd')];
    const all = cluster(held(mine, { team: { got: 2, seen: 1 } }), [], 0);
    expect(all.map(({ fate }) => fate)).toEqual(['seen', 'delivered', 'sent', undefined]);
  });

  it('end with what waits, refused messages each by itself', () => {
    const refused = { fate: 'refused' as const, refusal: 'blocked' as const };
    const all = cluster(held([message(1, 'visitor', 'a')]), [waiting('b'), waiting('c'), waiting('d', refused), waiting('e', refused)], 0);
    expect(bodies(all)).toEqual([['a'], ['b', 'c'], ['d'], ['e']]);
    expect(all.map(({ fate }) => fate)).toEqual(['sent', 'saved', 'refused', 'refused']);
  });

  it('show a message once, though it is still in the outbox', () => {
    const both = message(1, 'visitor', 'a', { id: 'p-a' });
    expect(bodies(cluster(held([both]), [waiting('a')], 0))).toEqual([['a']]);
  });

  it('draw no more than they are asked to', () => {
    const many = Array.from({ length: 500 }, (_, n) => message(n + 1, n % 2 ? 'agent' : 'visitor', `${n}`));
    expect(bodies(cluster(held(many), [], 498))).toEqual([['497'], ['498'], ['499']]);
  });

  it('of nothing are none', () => {
    expect(cluster(undefined, [], 0)).toEqual([]);
  });
});

describe('links (A03)', () => {
  const links = (text: string) => pieces(text).filter((piece): piece is Exclude<Piece, string> => typeof piece !== 'string');
  const joined = (text: string) => pieces(text).map((piece) => typeof piece === 'string' ? piece : piece.text).join('');

  it.each([
    ['see https://tea.example/a?b=1#c', 'https://tea.example/a?b=1#c'],
    ['HTTP://Tea.Example/', 'http://tea.example/'],
    ['write to mailto:mina@tea.example now', 'mailto:mina@tea.example'],
    ['call tel:+4712345', 'tel:+4712345'],
    ['at https://tea.example:8443/x, yes', 'https://tea.example:8443/x'],
    ['(https://tea.example/x).', 'https://tea.example/x'],
    ['https://en.example/wiki/Tea_(drink)', 'https://en.example/wiki/Tea_(drink)'],
  ])('%s', (text, href) => {
    expect(links(text).map((link) => link.href)).toEqual([href]);
    expect(joined(text)).toBe(text);
  });

  it.each([
    'javascript:alert(1)', '\tjava\nscript:alert(1)', '\u0001javascript:alert(1)', 'data:text/html,<script>alert(1)</script>', 'vbscript:x',
    'blob:https://x/1', '//evil.example', 'https://good.example@evil.example/', 'https://user:pw@evil.example/', 'ftp://x', 'file:///etc/passwd',
    'https://', 'https:///evil.example', 'https://ex%61mple.com', 'https://\u0435vil.example/', 'https://evil\u3002example/',
  ])('%j stays text', (text) => {
    expect(links(text)).toEqual([]);
    expect(joined(text)).toBe(text);
  });

  it('are many in one text, and the text stays whole', () => {
    const text = 'a https://a.example b https://b.example, https://c@d c';
    expect(links(text).map(({ href }) => href)).toEqual(['https://a.example/', 'https://b.example/']);
    expect(joined(text)).toBe(text);
  });
});

describe('times and counts', () => {
  const now = Date.now();
  const day = 86_400_000;
  it('call the near days by name', () => {
    const { day: dayOf } = speak('en');
    expect(dayOf(now)).toBe('today');
    expect(dayOf(now - day)).toBe('yesterday');
    expect(dayOf(now - 3 * day)).toMatch(/^\w+day$/);
    expect(dayOf(now - 30 * day)).toMatch(/day, .*\d{4}$/);
    expect(dayOf(now - 300 * day)).toMatch(/\d{4}/);
  });
  it.each([['en', 'en-GB', '19:37'], ['en', 'en-US', /^7:37\sPM$/], ['en', 'de-DE', /^7:37\sPM$/], ['ar', 'en-GB', /^7:37\sم$/]])(
    'tell the time of %s as a browser in %s does, if that is the same language', (lang, browser, told) => {
      vi.stubGlobal('navigator', { language: browser });
      try {
        expect(speak(lang).clock(new Date(2026, 10, 22, 19, 37).getTime())).toMatch(told);
      } finally {
        vi.unstubAllGlobals();
      }
    });
  it('count as the language does', () => {
    expect(speak('en').count(english.unread, 1)).toBe('1 new message');
    expect(speak('en').count(english.unread, 1_234)).toBe('1,234 new messages');
    expect(speak('ar').count(arabic.unread, 2)).toBe('رسالتان جديدتان');
    expect(speak('ar').count(arabic.unread, 5)).toMatch(/رسائل جديدة$/);
  });
});

describe('the languages', () => {
  const shape = (value: unknown): unknown => typeof value === 'object' && value !== null && !('other' in value && 'one' in value)
    ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shape(each)])) : 'text';
  it('say everything, and fill in the same places', () => {
    expect(shape(arabic)).toEqual(shape(english));
    for (const words of [english, arabic]) {
      expect(words.opens).toContain('{when}');
      expect(words.typing).toContain('{name}');
      expect(JSON.stringify(words)).not.toContain('""');
    }
  });
});
