import { describe, expect, it } from 'vitest';
import { autoReply } from '../server/autoreply.ts';
import { afterAgent, afterReopen, afterEnd, afterRouting, afterVisitor, FRESH, type Standing, type Step } from '../server/desk.ts';
import { DEFAULTS, inLanguage } from '../server/settings.ts';

const settings = { ...DEFAULTS, autoReply: { when: 'away' as const, text: { en: 'Away.', 'pt-br': 'Fora.', pt: 'Ausente.' } } };
const said = (before: Standing, at: number) => afterVisitor(before, at, () => true).standing;
const answered = (before: Standing, at: number) => afterAgent(before, 'ada', at, false).standing;
const waiting = said(FRESH, 1_000);
const moment = { now: 1_000, available: false, lang: 'en-GB' };

describe('the auto-reply', () => {
  it('answers when nobody is in, and not when somebody is, unless the brand always wants it', () => {
    expect(autoReply(waiting, settings, moment)).toBe('Away.');
    expect(autoReply(waiting, settings, { ...moment, available: true })).toBeUndefined();
    expect(autoReply(waiting, { ...settings, autoReply: { ...settings.autoReply, when: 'always' } }, { ...moment, available: true })).toBe('Away.');
    expect(autoReply(waiting, { ...settings, autoReply: { ...settings.autoReply, when: 'never' } }, moment)).toBeUndefined();
  });

  it('comes once a waiting spell', () => {
    expect(autoReply({ ...waiting, greeted: true }, settings, moment)).toBeUndefined();
    const next = said(answered({ ...waiting, greeted: true }, 2_000), 3_600_000);
    expect(autoReply(next, settings, { ...moment, now: 3_600_000 })).toBe('Away.');
  });

  it('comes once a waiting spell, whoever gets the thread in it, also when an end in it is taken back', () => {
    const greeted = { ...waiting, greeted: true };
    const given = said(afterRouting(greeted, 'ada', 2_000).standing, 3_000);
    expect(autoReply(given, settings, { ...moment, now: 3_000 })).toBeUndefined();
    const reopened = (afterReopen(afterEnd(greeted, 'ada', 4_000).standing, 'ada', 5_000, 1_000) as Step).standing;
    expect(autoReply(said(reopened, 6_000), settings, { ...moment, now: 6_000 })).toBeUndefined();
    expect(autoReply(said(afterEnd(greeted, 'ada', 4_000).standing, 6_000), settings, { ...moment, now: 6_000 })).toBe('Away.');
  });

  it('keeps out of a live exchange, also when the agent has just left', () => {
    const live = said(answered(waiting, 60_000), 120_000);
    expect(autoReply(live, settings, { ...moment, now: 120_000 })).toBeUndefined();
    expect(autoReply(live, settings, { ...moment, now: 60_000 + 599_999 })).toBeUndefined();
    expect(autoReply(live, settings, { ...moment, now: 60_000 + 600_000 })).toBe('Away.');
  });

  it('speaks her language, its parent, the brand\'s own, or nothing', () => {
    const { text } = settings.autoReply;
    expect(inLanguage(text, 'pt-BR', 'en')).toBe('Fora.');
    expect(inLanguage(text, 'pt-PT', 'en')).toBe('Ausente.');
    expect(inLanguage(text, 'ja', 'en')).toBe('Away.');
    expect(inLanguage(text, undefined, 'fr')).toBe('');
    expect(inLanguage({}, '__proto__', 'constructor')).toBe('');
  });
});
