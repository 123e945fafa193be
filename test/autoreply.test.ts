import { describe, expect, it } from 'vitest';
import { autoReply } from '../server/autoreply.ts';
import { afterAgent, afterVisitor, FRESH } from '../server/desk.ts';
import { DEFAULTS, inLanguage } from '../server/settings.ts';

const settings = { ...DEFAULTS, autoReply: { when: 'away' as const, text: { en: 'Away.', 'pt-br': 'Fora.', pt: 'Ausente.' } } };
const waiting = afterVisitor(FRESH, 1_000);
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
    const next = afterVisitor(afterAgent({ ...waiting, greeted: true }, 'ada', 2_000), 3_600_000);
    expect(autoReply(next, settings, { ...moment, now: 3_600_000 })).toBe('Away.');
  });

  it('keeps out of a live exchange, also when the agent has just left', () => {
    const live = afterVisitor(afterAgent(waiting, 'ada', 60_000), 120_000);
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
