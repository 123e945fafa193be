/** The inbox's small decisions: boxes, order, names, times, links, passwords, places, problems. */
import { describe, expect, it } from 'vitest';
import { countBoxes, countUnread, inBox, isUnread } from '../inbox/boxes.ts';
import { contrast, inkOn } from '../inbox/color.ts';
import { hrefOf, pieces } from '../inbox/links.ts';
import { initialsOf, lettersOf, nameOf, tintOf } from '../inbox/people.ts';
import { strengthOf } from '../inbox/password.ts';
import { problemsOf, tidyOrigin } from '../inbox/problems.ts';
import { brandOf, inviteOf, pathOf, placeOf } from '../inbox/route.ts';
import { ago, clockIn, day, short, span, wait } from '../inbox/times.ts';
import { SETTINGS, type Settings } from '../protocol/settings.ts';
import { DEFAULTS } from '../server/settings.ts';
import { T0, thread } from './inbox-fake.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('boxes', () => {
  const me = 'marta';
  const threads = [
    thread('old', 'v1', { waiting: T0 - HOUR, at: T0 }),
    thread('new', 'v2', { waiting: T0 - MINUTE, at: T0 - MINUTE }),
    thread('hers', 'v3', { state: 'assigned', agent: me, at: T0 - 3 }),
    thread('his', 'v4', { state: 'assigned', agent: 'jonas', at: T0 - 2 }),
    thread('aside', 'v5', { state: 'snoozed', agent: me, at: T0 - 1 }),
    thread('done', 'v6', { state: 'ended', agent: me, at: T0 }),
  ];
  const names = (box: Parameters<typeof inBox>[1]) => inBox(threads, box, me).map(({ id }) => id);

  it('puts whoever has waited longest first, and elsewhere what happened last', () => {
    expect(names('waiting')).toEqual(['old', 'new']);
    expect(names('mine')).toEqual(['hers']);
    expect(names('snoozed')).toEqual(['aside']);
    expect(names('all')).toEqual(['old', 'aside', 'his', 'hers', 'new']);
    expect(names('ended')).toEqual(['done']);
  });

  it('counts an ended thread in no other box, and a waiting one as nobody’s', () => {
    expect(countBoxes(threads, me)).toEqual({ waiting: 2, mine: 1, returned: 0, snoozed: 1, all: 5, ended: 1 });
    expect(countBoxes([thread('back', 'v', { state: 'waiting', agent: me })], me)).toEqual({ waiting: 1, mine: 0, returned: 0, snoozed: 0, all: 1, ended: 0 });
  });

  it('calls a thread unread for what the visitor wrote, not for what the team or the auto-reply did', () => {
    const marks = (seen: number) => ({ team: { got: 9, seen } });
    expect(isUnread(thread('t', 'v', { seq: 3, ...marks(2) }))).toBe(true);
    expect(isUnread(thread('t', 'v', { seq: 3, ...marks(3) }))).toBe(false);
    expect(isUnread(thread('t', 'v', { seq: 3, previewBy: 'agent', ...marks(2) }))).toBe(false);
    expect(isUnread(thread('t', 'v', { seq: 2, previewBy: 'brand', ...marks(0) }))).toBe(true);
    expect(isUnread(thread('t', 'v', { seq: 2, previewBy: 'brand', ...marks(1) }))).toBe(false);
  });

  it('counts in the title only what is hers or nobody’s', () => {
    expect(countUnread(threads, me)).toBe(4);
    expect(countUnread(threads, 'somebody else')).toBe(2);
  });
});

describe('names', () => {
  it('are the visitor’s own, else her address, else a code out of the random end of her id', () => {
    expect(nameOf({ name: 'Ada', email: 'a@b.c' }, 'v')).toBe('Ada');
    expect(nameOf({ email: 'a@b.c' }, 'v')).toBe('a@b.c');
    expect(nameOf({}, '0197-aaaa-4f2a')).toBe('Visitor 4F2A');
    expect(nameOf(undefined, '0197-aaaa-4f2a')).toBe('Visitor 4F2A');
  });

  it('shorten to one or two letters, and to one where two would grow together', () => {
    expect(['Ada Lovelace', 'marta', 'ines.duarte@x.example', 'Ana Maria Braga', '  ', '李小龙', 'عمر الحداد', '👩‍🚀 Ada'].map(initialsOf))
      .toEqual(['AL', 'M', 'ID', 'AB', '?', '李', 'ع', '👩‍🚀']);
    expect(lettersOf(undefined, '0197-aaaa-4f2a')).toBe('4F');
  });

  it('keep their colour', () => {
    expect(tintOf('v-1')).toBe(tintOf('v-1'));
    expect(new Set(Array.from({ length: 60 }, (_, i) => tintOf(`v-${i}`))).size).toBe(8);
  });
});

describe('times', () => {
  const at = (hour: number, minute = 0, date = 12) => new Date(2026, 4, date, hour, minute).getTime();

  it('say how long somebody has waited in one short word', () => {
    expect([0, 59_999, MINUTE, 59 * MINUTE, HOUR, 23 * HOUR, DAY, 9 * DAY, -5_000].map(span))
      .toEqual(['now', 'now', '1 min', '59 min', '1 h', '23 h', '1 d', '9 d', 'now']);
    expect(ago(T0, T0)).toBe('just now');
    expect(ago(T0 - 3 * HOUR, T0)).toBe('3 h ago');
    expect([1_000, 30_000, 240_000].map(wait)).toEqual(['a moment', '30 seconds', '4 minutes']);
  });

  it('change day at midnight here, not after 24 hours', () => {
    expect(day(at(23, 50, 11), at(0, 10))).toBe('Yesterday');
    expect(day(at(0, 10), at(23, 50))).toBe('Today');
    expect(day(at(12, 0, 8), at(12))).toBe('Friday');
    expect(day(new Date(2026, 0, 3).getTime(), at(12))).toBe('3 January');
    expect(day(new Date(2024, 0, 3).getTime(), at(12))).toBe('3 January 2024');
  });

  it('grow shorter in a list', () => {
    expect(short(at(9, 5), at(12))).toMatch(/^0?9:05/);
    expect(short(at(23, 50, 11), at(0, 10))).toBe('Yesterday');
    expect(short(at(9, 0, 8), at(12))).toBe('Fri');
    expect(short(new Date(2026, 2, 3).getTime(), at(12))).toBe('3 Mar');
  });

  it('are read off the wall of the visitor, and not at all in a zone that does not exist', () => {
    expect(clockIn('Asia/Tokyo', Date.UTC(2026, 4, 12, 20, 5))).toMatchObject({ weekday: 'Wed' });
    expect(clockIn('Mars/Olympus', T0)).toBeUndefined();
    expect(clockIn(undefined, T0)).toBeUndefined();
  });
});

describe('links', () => {
  it('come out of plain text, and the pieces make the text again', () => {
    const text = 'See https://shop.example/a_(b)?q=1, or (http://x.example). Write to ada@shop.example! tel:+49123';
    expect(pieces(text).map((piece) => piece.text).join('')).toBe(text);
    expect(pieces(text).filter((piece) => piece.href).map((piece) => piece.href)).toEqual([
      'https://shop.example/a_(b)?q=1', 'http://x.example/', 'mailto:ada@shop.example', 'tel:+49123',
    ]);
  });

  it('A03: lead nowhere but to http, https, mailto and tel, and to the host they show', () => {
    for (const text of [
      'javascript:alert(1)', '\tjava\nscript:alert(1)', '\u0001javascript:alert(1)', 'data:text/html,<script>', 'vbscript:x', 'blob:https://x/1',
      '//evil.example', 'https://good.example@evil.example/', 'https://user:pw@evil.example', 'https://аррӏе.example', 'https://evil。example', 'https://',
    ]) expect([text, hrefOf(text)]).toEqual([text, undefined]);
    expect(pieces('javascript:alert(1) https://good@evil.example <b>').some(({ href }) => href?.startsWith('http') || href?.startsWith('java'))).toBe(false);
  });
});

describe('a new password', () => {
  it('has at least ten characters, and is called easy where it is', () => {
    expect(strengthOf('short')).toEqual({ step: 0, missing: 5 });
    expect(strengthOf('password123').step).toBe(1);
    expect(strengthOf('aaaaaaaaaaaa').step).toBe(1);
    expect(strengthOf('marta-2026-x', ['Marta Oliveira']).step).toBe(1);
    expect(strengthOf('grüner regen').step).toBe(2);
    expect(strengthOf('correct horse battery').step).toBe(3);
    expect(strengthOf('Tr0ub4dor&3x').step).toBe(3);
  });
});

describe('places', () => {
  it('are addresses, there and back', () => {
    for (const place of [
      { at: 'box', box: 'waiting' }, { at: 'box', box: 'ended', thread: 'a.b-c_1' }, { at: 'settings' }, { at: 'settings', section: 'hours' },
    ] as const) expect(placeOf(pathOf('acme', place))).toEqual(place);
    expect(placeOf('/inbox/acme')).toEqual({ at: 'box', box: 'mine' });
    expect(placeOf('/inbox/acme/nonsense/t')).toEqual({ at: 'box', box: 'mine', thread: 't' });
    expect(placeOf('/inbox/acme/settings/nonsense')).toEqual({ at: 'settings' });
    expect(brandOf('/inbox/acme/all')).toBe('acme');
    expect(brandOf('/inbox/%E0%A4%A')).toBe('%E0%A4%A');
  });

  it('name an invitation only in the fragment', () => {
    expect(inviteOf('#join=Ab-_9')).toBe('Ab-_9');
    expect(inviteOf('#join=')).toBeUndefined();
    expect(inviteOf('#join=<b>')).toBeUndefined();
  });
});

describe('colours', () => {
  it('carry black or white, whichever reads better, and always well enough', () => {
    expect(inkOn('#ffffff')).toBe('#000000');
    expect(inkOn('#000000')).toBe('#ffffff');
    for (const color of ['#4f46e5', '#0f766e', '#ffcc00', '#808080', '#777777']) expect(contrast(color, inkOn(color))).toBeGreaterThan(4.5);
  });
});

describe('the problems of settings', () => {
  const wrong: [string, Partial<Settings>][] = [
    ['name', { name: ' ' }], ['name', { name: 'x'.repeat(81) }], ['color', { color: 'red' }], ['logo', { logo: 'toolongforit' }],
    ['greeting.en', { greeting: { en: 'x'.repeat(501) } }],
    ['autoReply.en', { autoReply: { when: 'away', text: {} } }], ['autoReply.ar', { autoReply: { when: 'never', text: { ar: 'x'.repeat(2_001) } } }],
    ['hours.zone', { hours: { ...DEFAULTS.hours, zone: 'Mars/Olympus' } }],
    ['hours.2', { hours: { ...DEFAULTS.hours, days: DEFAULTS.hours.days.with(2, [{ from: 600, to: 600 }]) } }],
    ['hours.2', { hours: { ...DEFAULTS.hours, days: DEFAULTS.hours.days.with(2, [{ from: 540, to: 720 }, { from: 700, to: 800 }]) } }],
    ['origins.0', { origins: ['https://shop.example/path'] }], ['origins.1', { origins: ['https://a.example', 'https://a.example'] }],
  ];

  it('are named by field', () => {
    expect([...problemsOf(DEFAULTS).keys()]).toEqual([]);
    for (const [field, change] of wrong) expect([...problemsOf({ ...DEFAULTS, ...change }).keys()]).toEqual([field]);
  });

  it('leave nothing for the server to refuse', () => {
    for (const [, change] of wrong) {
      const settings = { ...DEFAULTS, ...change };
      if (SETTINGS(settings) !== undefined) expect([SETTINGS(settings), problemsOf(settings).size > 0]).toEqual([SETTINGS(settings), true]);
    }
    expect(wrong.some(([, change]) => SETTINGS({ ...DEFAULTS, ...change }) !== undefined)).toBe(true);
  });

  it('do not include a whole address pasted where its beginning was asked for', () => {
    expect(['https://Shop.example/path?x#y', 'shop.example', ' http://localhost:3000/ ', '', 'ftp://x.example'].map(tidyOrigin))
      .toEqual(['https://shop.example', 'https://shop.example', 'http://localhost:3000', '', 'ftp://x.example']);
  });
});
