// @vitest-environment happy-dom
/** Threat A01: what leaves the inbox for a window of the system and for the title of the tab, out of the words of whoever attacks it. */
import { render } from 'preact';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openDoors } from '../inbox/doors.ts';
import { openKeep } from '../inbox/keep.ts';
import { plain } from '../inbox/plain.ts';
import { openRinger } from '../inbox/ringer.ts';
import { createInbox, type Inbox } from '../inbox/state.ts';
import { App } from '../inbox/ui/app.tsx';
import { PAYLOADS } from './corpus.ts';
import { agent, entry, type FakeEngine, fakeEngine, message, thread, visitor } from './inbox-fake.ts';

const MARTA = agent('marta', 'Marta Oliveira', { role: 'owner' });
/** As many of them as a name or a message may hold. */
const NAME_CHARS = 80;
const BODY_CHARS = 10_000;
const ALL = PAYLOADS.join('\n').slice(0, BODY_CHARS);
/** Whatever is no letter, sign or space that is seen. */
const ODD = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u;

interface Handed { title: string; how: NotificationOptions; more: unknown[] }
let handed: Handed[];
let engine: FakeEngine;
let inbox: Inbox;

beforeEach(async () => {
  localStorage.clear();
  handed = [];
  vi.stubGlobal('Notification', class {
    static permission = 'granted';
    onclick: unknown;
    constructor(title: string, how: NotificationOptions, ...more: unknown[]) { handed.push({ title, how, more }); }
  });
  Object.assign(window, { IntersectionObserver: class { observe() {} disconnect() {} }, ResizeObserver: class { observe() {} disconnect() {} } });
  Element.prototype.scrollTo = () => undefined;
  engine = fakeEngine();
  engine.put(MARTA, ...PAYLOADS.flatMap((text, n) => [
    agent(`a${n}`, text.slice(0, NAME_CHARS)), visitor(`v${n}`, { name: text.slice(0, NAME_CHARS) }), thread(`t${n}`, `v${n}`, { preview: text, team: { got: 0, seen: 0 } }),
  ]));
  let path = '/inbox/acme/waiting';
  inbox = createInbox({
    brand: 'acme', keep: openKeep('acme', () => localStorage), newId: () => 'id', startEngine: () => engine, ringer: openRinger('acme'),
    doors: openDoors('acme', (async (url: string) => new Response(JSON.stringify(url.endsWith('desk/me') ? { agent: MARTA, brand: { id: 'acme', name: 'Acme', color: '#0f766e', logo: 'A' } } : { canned: [] }))) as unknown as typeof fetch),
    address: { path: () => path, push: (to) => { path = to; }, replace: (to) => { path = to; } },
  });
  await inbox.start();
  await settled();
  await inbox.desk.value!.bell.setWants(true);
  inbox.watched.value = false;
});
afterEach(() => {
  render(null, document.body);
  inbox.close();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const settled = async () => { for (let i = 0; i < 4; i++) await new Promise((resolve) => setTimeout(resolve, 1)); };
async function write(n: number, body: string): Promise<Handed> {
  const before = handed.length;
  engine.put(message(`t${n}`, 1, body));
  engine.happen({ type: 'message', message: message(`t${n}`, 1, body) });
  await vi.waitFor(() => expect(handed.length).toBe(before + 1), { interval: 1 });
  return handed.at(-1)!;
}
function harmless({ title, how, more }: Handed): void {
  expect([typeof title, typeof how.body, more]).toEqual(['string', 'string', []]);
  // No picture, address or button of hers: nothing but words, and which thread it is.
  expect(Object.keys(how)).toEqual(['body', 'tag']);
  expect([...title].length).toBeLessThanOrEqual(120);
  expect([...how.body!].length).toBeLessThanOrEqual(300);
  expect(`${title}${how.body}`).not.toMatch(ODD);
}

describe(`A01 what ${PAYLOADS.length} attackers write reaches a notification`, () => {
  it('as the words they wrote, in one line, and as nothing else', async () => {
    inbox.desk.value!.bell.setText(true);
    for (const [n, text] of PAYLOADS.entries()) {
      const told = await write(n, text);
      harmless(told);
      const shown = text.replace(/[\s\p{Cc}]+/gu, ' ').replace(/[\u200b\u200f\u202e\u2066\u2069\ufeff]/g, '').trim();
      expect([told.title, told.how.body]).toEqual([[...shown].slice(0, NAME_CHARS).join('').trim(), shown]);
    }
  }, 60_000);

  it('cut to what can be shown, however much they write, and with no half of a letter', async () => {
    inbox.desk.value!.bell.setText(true);
    const told = await write(0, ALL);
    harmless(told);
    expect(told.how.body).toMatch(/…$/);
    expect(plain(`${'a'.repeat(298)}😀😀😀`, 300)).toBe(`${'a'.repeat(298)}😀…`);
    expect(plain('a\ud83d', 300)).toBe('a');
    expect(plain('می‌خواهم 👩‍💻', 300)).toBe('می‌خواهم 👩‍💻');
  });

  it('not at all where she has not chosen so, but for the name', async () => {
    for (const n of PAYLOADS.keys()) if (n % 9 === 0) expect((await write(n, PAYLOADS[n]!)).how.body).toBe('New message');
    handed.forEach(harmless);
  });

  it('nor otherwise in a note that names her, by a colleague of any name', async () => {
    inbox.desk.value!.bell.setText(true);
    for (const [n, text] of PAYLOADS.entries()) {
      if (n % 9 !== 0) continue;
      engine.put(entry(`t${n}`, 'note', { id: `n${n}`, by: `a${n}`, text: `@Marta Oliveira ${text}`, mentions: ['marta'] }));
      await settled();
    }
    expect(handed.length).toBeGreaterThan(15);
    handed.forEach(harmless);
  });

  it('and of many at once: their names, in one line', async () => {
    for (const n of PAYLOADS.keys()) engine.put(message(`t${n}`, 1, ALL));
    for (const n of PAYLOADS.keys()) engine.happen({ type: 'message', message: message(`t${n}`, 1, ALL) });
    await vi.waitFor(() => expect(handed.length).toBe(1));
    harmless(handed[0]!);
    expect(handed[0]!.title).toBe(`${PAYLOADS.length} new messages`);
  });

  it('and the title of the tab says how many, where, and whose inbox, in none of their words', async () => {
    render(<App inbox={inbox} />, document.body);
    const titles = new Set<string>();
    for (const n of [0, 120]) {
      engine.put(thread(`t${n}`, `v${n}`, { state: 'assigned', agent: 'marta', preview: PAYLOADS[n]!, seq: 1, tags: [PAYLOADS[n]!.slice(0, 40)] }));
      await write(n, PAYLOADS[n]!);
      for (const at of ['mine', 'all'] as const) {
        inbox.go({ at: 'box', box: at, thread: `t${n}` });
        await vi.waitFor(() => expect(document.title).toBe(inbox.title.value), { interval: 1 });
        titles.add(document.title);
      }
    }
    expect(titles.size).toBeGreaterThan(1);
    for (const title of titles) expect(title).toMatch(/^(\(\d+\) )?[A-Z][a-z’ ]+ · Acme$/);
  });
});
