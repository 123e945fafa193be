// @vitest-environment happy-dom
/** The report as a manager sees it: its figures are those of the report handed in, in her own zone, and hers to take away. */
import { render } from 'preact';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toCsv } from '../inbox/csv.ts';
import { openDoors } from '../inbox/doors.ts';
import { barsOf, busiest, changeOf, moneyText, placeOnScale, pointsOf, ticksOf, took } from '../inbox/figures.ts';
import { openKeep } from '../inbox/keep.ts';
import { choose, dayOf, periodOf } from '../inbox/period.ts';
import { fileOf, teamSheet, timesSheet, volumeSheet } from '../inbox/sheets.ts';
import { createInbox, type Inbox } from '../inbox/state.ts';
import { App } from '../inbox/ui/app.tsx';
import type { AgentFigures, Report } from '../protocol/report.ts';
import { REPORT } from '../protocol/report.ts';
import { agent, type FakeEngine, fakeEngine } from './inbox-fake.ts';

const BRAND = { id: 'acme', name: 'Acme', color: '#0f766e', logo: 'A' };
const MARTA = agent('marta', 'Marta Oliveira', { role: 'owner' });
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const figures = (id: string, name: string, more: Partial<AgentFigures> = {}): AgentFigures => ({
  agent: id, name, contacts: 0, conversions: 0, money: [], firstReply: { n: 0 }, resolution: { n: 0 }, satisfaction: { n: 0, counts: [0, 0, 0, 0, 0] }, prompts: 0, lapses: 0, ...more,
});

/** Thirty days in which each figure is a number of its own, so that one in the wrong place is seen. */
function made(more: Partial<Report> = {}): Report {
  const days = Array.from({ length: 30 }, (_, i) => ({ day: new Date(Date.UTC(2026, 9, 24 + i)).toISOString().slice(0, 10), began: i + 1, ended: 30 - i }));
  const week = Array.from({ length: 7 }, (_, day) => Array.from({ length: 24 }, (_, hour) => day * 24 + hour));
  return {
    from: Date.UTC(2026, 9, 24), to: Date.UTC(2026, 10, 22, 17), zone: 'UTC', days, week, began: 1_465, ended: 1_464,
    firstReply: { n: 1_400, median: 11 * MINUTE, p90: 3 * HOUR + 24 * MINUTE }, resolution: { n: 1_464, median: 5 * HOUR + 12 * MINUTE, p90: DAY + 7 * HOUR },
    satisfaction: { n: 172, counts: [5, 9, 17, 55, 86] }, conversions: 37, money: [{ currency: 'EUR', amount: 412_550, orders: 31 }, { currency: 'JPY', amount: 98_000, orders: 6 }],
    agents: [
      figures('jonas', 'Jonas Weber', { contacts: 400, firstReply: { n: 390, median: 26 * MINUTE, p90: 9 * HOUR }, prompts: 4, lapses: 1 }),
      figures('marta', 'Marta Oliveira', {
        contacts: 1_000, conversions: 37, money: [{ currency: 'EUR', amount: 412_550, orders: 31 }, { currency: 'JPY', amount: 98_000, orders: 6 }],
        firstReply: { n: 1_010, median: 7 * MINUTE, p90: HOUR }, resolution: { n: 1_000, median: 2 * HOUR, p90: DAY }, satisfaction: { n: 4, counts: [1, 0, 0, 1, 2] }, prompts: 250, lapses: 30,
      }),
      figures('ravi', 'Ravi Patel', { left: true }),
    ],
    overdue: 9, delivery: { since: Date.UTC(2026, 9, 24), acked: 18_231, duplicates: 214, refused: 3, retried: 12, pending: 2 }, ...more,
  };
}
const NOTHING = made({
  began: 0, ended: 0, conversions: 0, money: [], agents: [], overdue: 0, firstReply: { n: 0 }, resolution: { n: 0 }, satisfaction: { n: 0, counts: [0, 0, 0, 0, 0] },
  days: [{ day: '2026-11-22', began: 0, ended: 0 }], week: Array.from({ length: 7 }, () => new Array<number>(24).fill(0)),
});

describe('the days that are chosen', () => {
  const at = (text: string) => Date.parse(text);
  const chosen = (period: Parameters<typeof choose>[0], now: string, zone: string) => {
    const found = choose(period, at(now), zone);
    if (found.problem) return found.problem;
    const iso = (time: number) => new Date(time).toISOString().slice(0, 16);
    return { from: iso(found.stretch.from), to: iso(found.stretch.to), before: [iso(found.before.from), iso(found.before.to)], days: found.days };
  };

  it('begin at midnight on her own wall, and are compared with as many before, to the same hour', () => {
    expect(chosen({ is: '7' }, '2026-11-22T16:00Z', 'Europe/Berlin')).toEqual({ from: '2026-11-15T23:00', to: '2026-11-22T16:00', before: ['2026-11-08T23:00', '2026-11-15T16:00'], days: 7 });
    expect(chosen({ is: '7' }, '2026-11-22T16:00Z', 'Pacific/Auckland')).toMatchObject({ from: '2026-11-16T11:00', days: 7 });
  });

  it('are whole days also where a day has 25 hours, or no midnight', () => {
    // Berlin put its clocks back on 25 October; the days before it stand two hours from Greenwich.
    expect(chosen({ is: '7' }, '2026-10-26T12:00Z', 'Europe/Berlin')).toEqual({ from: '2026-10-19T22:00', to: '2026-10-26T12:00', before: ['2026-10-12T22:00', '2026-10-19T11:00'], days: 7 });
    // In Beirut 29 March 2026 begins at one o'clock.
    expect(chosen({ is: 'custom', from: '2026-03-29', to: '2026-03-29' }, '2026-04-05T00:00Z', 'Asia/Beirut')).toMatchObject({ from: '2026-03-28T22:00', to: '2026-03-29T21:00', days: 1 });
  });

  it('of this month begin with its first', () => {
    expect(chosen({ is: 'month' }, '2026-11-22T16:00Z', 'UTC')).toMatchObject({ from: '2026-11-01T00:00', days: 22 });
    expect(chosen({ is: 'month' }, '2026-11-30T23:30Z', 'Europe/Berlin')).toMatchObject({ from: '2026-11-30T23:00', days: 1 });
  });

  it('include both days that were named, but not what is still to come', () => {
    expect(chosen({ is: 'custom', from: '2026-11-01', to: '2026-11-02' }, '2026-11-22T16:00Z', 'UTC')).toMatchObject({ from: '2026-11-01T00:00', to: '2026-11-03T00:00', days: 2 });
    expect(chosen({ is: 'custom', from: '2026-11-20', to: '2026-11-30' }, '2026-11-22T16:00Z', 'UTC')).toMatchObject({ to: '2026-11-22T16:00' });
  });

  it('are refused in words where they make no sense', () => {
    const of = (from: string, to: string) => chosen({ is: 'custom', from, to }, '2026-11-22T16:00Z', 'UTC');
    expect([of('', '2026-11-01'), of('2026-11-02', '2026-11-01'), of('2026-12-01', '2026-12-02'), of('2025-01-01', '2026-11-01')]).toEqual(['empty', 'backwards', 'future', 'long']);
    expect(of('2025-11-22', '2026-11-22')).toMatchObject({ days: 366 });
  });

  it('are the last thirty where what was kept makes no sense', () => {
    expect([undefined, '{', 'null', '{"is":"8"}', '[]'].map((kept) => periodOf(kept).is)).toEqual(['30', '30', '30', '30', '30']);
    expect(periodOf('{"is":"custom","from":"2026-11-01","to":5}')).toEqual({ is: 'custom', from: '2026-11-01' });
  });
});

describe('figures', () => {
  it('are of what the protocol calls a report', () => {
    expect([REPORT(made()), REPORT(NOTHING)]).toEqual([undefined, undefined]);
  });

  it('say how long something took as a person would', () => {
    expect([0, 40_000, 12 * MINUTE + 59_000, HOUR, 3 * HOUR + 20 * MINUTE, 2 * DAY + 4 * HOUR + 50 * MINUTE].map(took)).toEqual(['0 s', '40 s', '12 min', '1 h', '3 h 20 min', '2 d 4 h']);
  });

  it('say money exactly, of any size and however many digits its currency has', () => {
    expect(moneyText([{ currency: 'EUR', amount: 9_007_199_254_740_991, orders: 1 }])).toBe('€90,071,992,547,409.91');
    expect(moneyText([{ currency: 'JPY', amount: 1_005, orders: 1 }, { currency: 'KWD', amount: 1_005, orders: 1 }]).replaceAll('\u00a0', ' ')).toBe('JP¥1,005 + KWD 1.005');
  });

  it('are better or worse than before, or neither, and are not compared with nothing', () => {
    expect(changeOf(90, 100, 'less')).toEqual({ text: '-10%', isGood: true });
    expect(changeOf(90, 100, 'more')).toEqual({ text: '-10%', isGood: false });
    expect(changeOf(150, 100, 'quiet')).toEqual({ text: '+50%', isGood: undefined });
    expect(changeOf(1_001, 1_000, 'less')).toEqual({ text: '0%', isGood: undefined });
    expect([changeOf(5, 0, 'more'), changeOf(5, undefined, 'more'), changeOf(undefined, 5, 'more')]).toEqual([undefined, undefined, undefined]);
  });

  it('of a share are compared in points, not in percent of a percentage', () => {
    expect([pointsOf(0.41, 0.38), pointsOf(0.38, 0.41), pointsOf(0.5, 0.502), pointsOf(0.5, 0), pointsOf(undefined, 0.5)]).toEqual([
      { text: '+3 pts', isGood: true }, { text: '-3 pts', isGood: false }, { text: '0 pts', isGood: undefined }, { text: '+50 pts', isGood: true }, undefined,
    ]);
  });

  it('lose nothing where days are gathered into weeks', () => {
    const days = Array.from({ length: 90 }, (_, i) => ({ day: new Date(Date.UTC(2026, 7, 25 + i)).toISOString().slice(0, 10), began: i, ended: 2 * i }));
    const { by, bars } = barsOf(days);
    expect(by).toBe('week');
    expect(bars.reduce((all, { began }) => all + began, 0)).toBe(days.reduce((all, { began }) => all + began, 0));
    expect(bars.reduce((all, { ended }) => all + ended, 0)).toBe(days.reduce((all, { ended }) => all + ended, 0));
    // 25 August 2026 was a Tuesday.
    expect(bars.slice(0, 2).map(({ day, last }) => [day, last])).toEqual([['2026-08-25', '2026-08-30'], ['2026-08-31', '2026-09-06']]);
    expect(barsOf(days.slice(0, 45)).by).toBe('day');
  });

  it('have whole lines behind their bars, the last no lower than the tallest', () => {
    for (const most of [1, 2, 3, 4, 7, 26, 99, 100, 101, 5_432]) {
      const ticks = ticksOf(most);
      expect([most, ticks[0], ticks.length <= 5, ticks.at(-1)! >= most, ticks.every(Number.isInteger)]).toEqual([most, 0, true, true, true]);
    }
  });

  it('name the hour that is busiest, and none of a quiet week', () => {
    expect(busiest(made().week)).toEqual({ weekday: 6, hour: 23, n: 167 });
    expect(busiest(NOTHING.week)).toBeUndefined();
  });

  it('stand on a scale from a minute to a week, and never beside it', () => {
    expect([0, MINUTE, 7 * DAY, 90 * DAY].map(placeOnScale)).toEqual([0, 0, 1, 1]);
    expect(placeOnScale(HOUR)).toBeGreaterThan(placeOnScale(10 * MINUTE));
  });
});

describe('a table as CSV', () => {
  it('is no program: what a spreadsheet would run is text', () => {
    const cells = ['=HYPERLINK("http://x")', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '  =1', 'a=b', '1-1'];
    expect(toCsv(['x'], cells.map((cell) => [cell])).split('\r\n').slice(1, -1).filter((line) => /^"?[=+\-@\t\r]/.test(line))).toEqual([]);
    expect(toCsv(['x'], [['=HYPERLINK("http://x")'], ['  =1'], ['a=b'], [-5]])).toBe('x\r\n"\'=HYPERLINK(""http://x"")"\r\n\'  =1\r\na=b\r\n-5\r\n');
  });

  it('has a name with a comma, a quote or a line in one field', () => {
    expect(toCsv(['a', 'b'], [['Weber, Jonas', 'a "b"'], ['a\nb', undefined]])).toBe('a,b\r\n"Weber, Jonas","a ""b"""\r\n"a\nb",\r\n');
  });

  it('has times in seconds and money in its smallest unit, a column for each currency', () => {
    const report = made();
    const { name, text } = fileOf(teamSheet(report), report);
    expect(name).toBe('team-2026-10-24-2026-11-22.csv');
    expect(text.split('\r\n').slice(0, 5)).toEqual([
      'agent,contacts,first_reply_median_s,first_reply_p90_s,resolution_median_s,resolution_p90_s,rated_good,ratings,orders,minor_EUR,minor_JPY',
      'Jonas Weber,400,1560,32400,,,0,0,0,0,0',
      'Marta Oliveira,1000,420,3600,7200,86400,3,4,37,412550,98000',
      'Ravi Patel,0,,,,,0,0,0,0,0',
      'Whole team,1464,660,12240,18720,111600,141,172,37,412550,98000',
    ]);
  });

  it('has as many fields as names, in every row of every table', () => {
    const report = made();
    for (const sheet of [volumeSheet(report), timesSheet(report), teamSheet(report)]) {
      expect(sheet.saves.map((row) => row.length)).toEqual(sheet.saves.map(() => sheet.fields.length));
      expect(sheet.shows.map((row) => row.length)).toEqual(sheet.shows.map(() => sheet.columns.length));
    }
  });
});

describe('the page', () => {
  const asked: URL[] = [];
  /** What the door says; held back until it is let go where a test asks for that. */
  let say: (url: URL) => Report | Promise<Report> | undefined;
  let ledger: { status: number; body: string };
  let engine: FakeEngine;
  let inbox: Inbox;
  let me: typeof MARTA;
  const saved: { name: string; text: Promise<string> }[] = [];

  const answer = async (input: RequestInfo | URL): Promise<Response> => {
    const url = new URL(String(input), 'https://x.example');
    if (url.pathname.endsWith('/desk/me')) return new Response(JSON.stringify({ agent: me, brand: BRAND }));
    if (url.pathname.endsWith('/desk/ledger')) return new Response(ledger.body, { status: ledger.status });
    asked.push(url);
    const report = await say(url);
    if (!report) throw new TypeError('Failed to fetch');
    return new Response(JSON.stringify(report));
  };
  const settled = async () => { for (let i = 0; i < 6; i++) await new Promise((resolve) => setTimeout(resolve, 2)); };
  async function open(): Promise<void> {
    inbox = createInbox({
      brand: 'acme', doors: openDoors('acme', answer as typeof fetch), keep: openKeep('acme', () => localStorage), newId: () => 'id', startEngine: () => engine,
      address: { path: () => '/inbox/acme/report', push: () => undefined, replace: () => undefined },
    });
    render(<App inbox={inbox} />, document.body);
    void inbox.start();
    await settled();
  }
  const find = (selector: string) => document.querySelector<HTMLElement>(selector);
  const text = (selector = 'body') => find(selector)?.textContent ?? '';
  const figure = (title: string) => [...document.querySelectorAll<HTMLElement>('.figure')].find((each) => each.querySelector('h2')?.textContent === title)!;
  const rows = (title: string) => [...figure(title).querySelectorAll('tr')].map((row) => [...row.children].map((cell) => cell.textContent));
  const named = (name: string) => [...document.querySelectorAll<HTMLElement>('button, a')].find((each) => (each.getAttribute('aria-label') ?? each.textContent) === name)!;
  const click = async (target: HTMLElement) => { target.click(); await settled(); };
  const choosePeriod = async (is: string) => click(find(`input[name=period][value="${is}"]`)!);

  beforeEach(() => {
    localStorage.clear();
    asked.length = saved.length = 0;
    me = MARTA;
    engine = fakeEngine();
    say = (url) => (Number(url.searchParams.get('to')) > Date.now() - HOUR ? made() : made({ began: 1_000, overdue: 18 }));
    ledger = { status: 200, body: 'what,time\r\n' };
    URL.createObjectURL = (blob) => {
      saved.push({ name: '', text: (blob as Blob).text() });
      return 'blob:x';
    };
    URL.revokeObjectURL = () => undefined;
    HTMLAnchorElement.prototype.click = function click(this: HTMLAnchorElement) {
      if (this.download) saved.at(-1)!.name = this.download;
      else this.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }));
    };
    Object.assign(window, { IntersectionObserver: class { observe() {} disconnect() {} }, ResizeObserver: class { observe() {} disconnect() {} } });
    Element.prototype.scrollTo = () => undefined;
  });
  afterEach(() => {
    render(null, document.body);
    inbox.close();
  });

  it('asks for the last thirty days in her own zone, and for the thirty before', async () => {
    await open();
    const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
    expect(asked.map((url) => url.searchParams.get('zone'))).toEqual([zone, zone]);
    const days = asked.map((url) => [dayOf(Number(url.searchParams.get('from')), zone), dayOf(Number(url.searchParams.get('to')) - 1, zone)]);
    const ago = (n: number) => dayOf(Date.now() - n * DAY, zone);
    expect(days).toEqual([[ago(29), ago(0)], [ago(59), ago(30)]]);
  });

  it('goes by the server’s clock where that of this device is wrong', async () => {
    engine.aheadBy(-40 * DAY);
    const last = new Date(Date.now() - 40 * DAY);
    const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
    say = () => made({ days: [{ day: dayOf(last.getTime(), zone), began: 1, ended: 1 }], zone });
    await open();
    const [from, to] = ['from', 'to'].map((name) => Number(asked[0]!.searchParams.get(name)));
    expect(Math.abs(to! - last.getTime())).toBeLessThan(MINUTE);
    expect(dayOf(from!, zone)).toBe(dayOf(last.getTime() - 29 * DAY, zone));
    expect(figure('Conversations').textContent).toContain('Today is not over');
    await choosePeriod('custom');
    expect([...document.querySelectorAll<HTMLInputElement>('.days input[type=date]')][0]!.max).toBe(dayOf(last.getTime(), zone));
  });

  it('compares nothing with contacts that there are not', async () => {
    say = () => made({ ended: 0 });
    await open();
    expect([...document.querySelectorAll('.tile')].find((tile) => tile.textContent!.includes('absent'))!.querySelector('.hint')!.textContent).toBe('No contacts yet');
  });

  it('says first what a manager looks for, each against the days before', async () => {
    await open();
    const tiles = Object.fromEntries([...document.querySelectorAll('.tile')].map((tile) => [tile.querySelector('dt')!.textContent, [
      tile.querySelector('.tile-value > bdi')!.textContent, tile.querySelector('.hint')!.textContent, tile.querySelector('.change [aria-hidden]')?.textContent]]));
    expect(tiles).toEqual({
      'Conversations started': ['1,465', 'A thread that opens again counts anew.', '+47%'],
      'Conversations ended': ['1,464', 'By an agent, each a contact.', '0%'],
      'First reply': ['11 min', '9 of 10 within 3 h 24 min', '0%'],
      'Time to resolution': ['5 h 12 min', '9 of 10 within 1 d 7 h', '0%'],
      'Good ratings': ['82%', '172 ratings of 1,464 ended', '0 pts'],
      Overdue: ['9', '1% of those started', '-50%'],
      Orders: ['37', '€4,125.50 + JP¥98,000', '0%'],
      'Messages to the absent': ['254', '0.17 for each contact', '0%'],
    });
    expect(find('.change-good')!.textContent).toContain('-50%');
  });

  it('has a table behind each chart, with the figures of the report', async () => {
    await open();
    const report = made();
    expect(rows('Conversations').slice(1).map(([, began, ended]) => [Number(began), Number(ended)])).toEqual(report.days.map(({ began, ended }) => [began, ended]));
    expect(rows('When people write').slice(1).map(([, ...hours]) => hours.map(Number))).toEqual(report.week);
    expect(rows('Satisfaction').slice(1)).toEqual([['Very good', '86', '50%'], ['Good', '55', '32%'], ['So-so', '17', '10%'], ['Bad', '9', '5%'], ['Very bad', '5', '3%']]);
    expect(rows('First reply and resolution').slice(1)).toEqual([
      ['Whole team', '1,400', '11 min', '3 h 24 min', '1,464', '5 h 12 min', '1 d 7 h'], ['Jonas Weber', '390', '26 min', '9 h', '0', '–', '–'],
      ['Marta Oliveira', '1,010', '7 min', '1 h', '1,000', '2 h', '1 d'], ['Ravi Patel', '0', '–', '–', '0', '–', '–'],
    ]);
    expect(rows('Do we pester?').slice(1)).toEqual([['Jonas Weber', '400', '4', '0.01', '1', '< 0.01'], ['Marta Oliveira', '1,000', '250', '0.25', '30', '0.03'], ['Ravi Patel', '0', '0', '–', '0', '–']]);
    expect([...document.querySelectorAll('.figure svg')].filter((svg) => !svg.closest('[aria-hidden="true"]'))).toEqual([]);
  });

  it('draws each bar as high as its figure', async () => {
    await open();
    const heights = [...document.querySelectorAll('.bar-began')].map((bar) => Number.parseFloat(bar.getAttribute('height')!));
    const top = ticksOf(30).at(-1)!;
    expect(heights).toHaveLength(30);
    for (const [i, height] of heights.entries()) expect(height).toBeCloseTo((i + 1) / top * 100, 6);
  });

  it('sorts the team by any column, who has nothing there last, and the whole team under it', async () => {
    await open();
    const names = () => rows('Team').slice(1).map(([name]) => name!.replace(/^[A-Z]{2}/, ''));
    expect(names()).toEqual(['Marta Oliveira', 'Jonas Weber', 'Ravi Patel (left)', 'Whole team']);
    const sort = (column: string) => click(figure('Team').querySelector<HTMLElement>(`[title="Sort by ${column}"]`)!);
    await sort('First reply');
    expect(names()).toEqual(['Jonas Weber', 'Marta Oliveira', 'Ravi Patel (left)', 'Whole team']);
    await sort('First reply');
    expect(names()).toEqual(['Marta Oliveira', 'Jonas Weber', 'Ravi Patel (left)', 'Whole team']);
    expect(figure('Team').querySelectorAll('[aria-sort]')).toHaveLength(1);
    expect(figure('Team').querySelector('[aria-sort="ascending"]')!.textContent).toBe('First reply');
    expect(rows('Team').at(-1)!.at(-1)).toBe('€4,125.50 + JP¥98,000');
  });

  it('tells of delivery what the server counted, and what waits on this device', async () => {
    engine.pend({ frame: { type: 'end', id: 'e', thread: 't', seq: 1 }, at: 1, fate: 'saved', kept: true });
    await open();
    expect([...document.querySelectorAll('.delivery dd')].map((each) => each.textContent)).toEqual(['18,231', '214', '12', '3', '2', '1']);
    expect([...document.querySelectorAll('.delivery dt')].map((each) => each.firstChild!.textContent)).toEqual(['Kept', 'Suppressed', 'Asked to come again', 'Refused', 'Still to come', 'Waiting on this device']);
    expect(figure('Delivery').textContent).not.toContain('since');
    await click(named('Save “Delivery” as CSV'));
    expect(saved.at(-1)!.name).toBe('delivery-2026-10-24-2026-11-22.csv');
    expect(await saved.at(-1)!.text).toContain('kept,suppressed,asked_again,refused,still_to_come\r\n18231,214,12,3,2\r\n');
  });

  it('says of delivery since when it is counted where that is later, and leaves out what an older server does not say', async () => {
    say = () => made({ delivery: { since: Date.UTC(2026, 10, 20, 8), acked: 5, duplicates: 0, refused: 0, retried: 0 } });
    await open();
    expect(figure('Delivery').textContent).toMatch(/What was not kept has been counted since .*20 Nov/);
    expect([...document.querySelectorAll('.delivery dd')].map((each) => each.textContent)).toEqual(['5', '0', '0', '0', '0']);
  });

  it('is read with the arrow keys, and says each figure', async () => {
    await open();
    const press = async (plot: Element, key: string) => {
      plot.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
      await settled();
      return plot.querySelector('.reading')!.textContent;
    };
    const [days, hours] = [...document.querySelectorAll('.plot')];
    expect(await press(days!, 'End')).toBe('Sun 22 Nov: 30 started, 1 ended');
    expect(await press(days!, 'ArrowRight')).toBe('Sun 22 Nov: 30 started, 1 ended');
    expect(await press(days!, 'ArrowLeft')).toBe('Sat 21 Nov: 29 started, 2 ended');
    await press(hours!, 'Home');
    expect(await press(hours!, 'ArrowDown')).toMatch(/^Tuesday .*: 24 started$/);
    expect([...document.querySelectorAll('.plot')].map((plot) => plot.getAttribute('tabindex'))).toEqual(['0', '0']);
  });

  it('says that nothing happened, and offers a longer time', async () => {
    say = () => NOTHING;
    await open();
    expect(text('.report-nothing')).toContain('Nothing happened in these days');
    say = () => made();
    await click(named('Show the last 90 days'));
    expect(find('.tiles')).toBeTruthy();
    expect((find('input[name=period]:checked') as HTMLInputElement).value).toBe('90');
  });

  it('says that the server is silent, keeps what it has, and tries again', async () => {
    say = () => undefined;
    await open();
    expect(text('.report-failed')).toContain('The server does not answer');
    say = () => made();
    await click(named('Try again'));
    expect(find('.report-failed')).toBeNull();
    say = () => undefined;
    await choosePeriod('7');
    expect(text('.report-failed')).toContain('These are still the figures of 24 Oct – 22 Nov 2026.');
    expect(find('.tiles')).toBeTruthy();
  });

  it('shows the figures without a comparison when only the days before could not be had', async () => {
    say = (url) => (Number(url.searchParams.get('to')) > Date.now() - HOUR ? made() : undefined);
    await open();
    expect(find('.tiles')).toBeTruthy();
    expect([find('.change'), find('.figures-note')]).toEqual([null, null]);
  });

  it('shows the last choice, whichever answer comes first', async () => {
    await open();
    let letGo: () => void = () => undefined;
    say = () => new Promise((resolve) => { letGo = () => resolve(made({ began: 7 })); });
    const slow = choosePeriod('7');
    await settled();
    const held = letGo;
    say = () => made({ began: 90 });
    await choosePeriod('90');
    held();
    await slow;
    await settled();
    expect(text('.tile-value bdi')).toBe('90');
    expect(find('main.report')!.getAttribute('aria-busy')).toBe('false');
  });

  it('keeps the choice over a reload, and asks nothing for days that make no sense', async () => {
    await open();
    await choosePeriod('custom');
    const before = asked.length;
    const [from, to] = [...document.querySelectorAll<HTMLInputElement>('input[type=date]')];
    const put = (field: HTMLInputElement, value: string) => { field.value = value; field.dispatchEvent(new Event('input', { bubbles: true })); };
    put(from!, '2026-05-02');
    put(to!, '2026-05-01');
    find('.days')!.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
    await settled();
    expect(text('.periods .problem')).toBe('The first day must come before the last.');
    expect(asked).toHaveLength(before);
    render(null, document.body);
    inbox.close();
    await open();
    expect((find('input[name=period]:checked') as HTMLInputElement).value).toBe('custom');
    expect([...document.querySelectorAll<HTMLInputElement>('input[type=date]')].map(({ value }) => value)).toEqual(['2026-05-02', '2026-05-01']);
  });

  it('hands over each table as a file, marked as UTF-8', async () => {
    await open();
    await click(named('Save “Conversations” as CSV'));
    expect(saved[0]!.name).toBe('volume-2026-10-24-2026-11-22.csv');
    const bytes = await saved[0]!.text;
    expect(bytes.replace('\ufeff', '').split('\r\n').slice(0, 2)).toEqual(['day,started,ended', '2026-10-24,1,30']);
  });

  it('hands the ledger to owners alone, and says when it is too long', async () => {
    await open();
    ledger = { status: 400, body: JSON.stringify({ error: { code: 'bad_request', reason: 'more than 50000 lines' } }) };
    await click(named('Contacts and orders (CSV)'));
    expect(text('.report-ledger')).toContain('Choose fewer days.');
    ledger = { status: 200, body: 'what,time\r\ncontact,x\r\n' };
    await click(named('Contacts and orders (CSV)'));
    expect(saved.at(-1)!.name).toBe('ledger-2026-10-24-2026-11-22.csv');
    expect(await saved.at(-1)!.text).toContain('contact,x');
    render(null, document.body);
    inbox.close();
    localStorage.clear();
    me = { ...MARTA, role: 'agent' };
    engine = fakeEngine();
    await open();
    expect(find('.tiles')).toBeTruthy();
    expect(find('.report-ledger')).toBeNull();
  });

  it('does not take the name of a colleague for anything but text', async () => {
    say = () => made({ agents: [figures('x', '<img src=x onerror=alert(1)>', { contacts: 1 })] });
    await open();
    expect(document.querySelector('.report img')).toBeNull();
    expect(text('.grid-team')).toContain('<img src=x onerror=alert(1)>');
  });
});
