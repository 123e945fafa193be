/** What is lit up in what was found, where an aim leads, and how well a name fits. */
import { describe, expect, it } from 'vitest';
import { hit, isOlder } from '../inbox/aim.ts';
import { light } from '../inbox/search.ts';
import { tellOf } from '../inbox/bell.ts';
import { pagesOf } from '../inbox/ui/known.tsx';
import { rankOf } from '../inbox/ui/palette.tsx';
import { entry, message } from './inbox-fake.ts';

describe('D13: what was asked for', () => {
  const lit = (text: string, asked: string) => {
    const pieces = light(text, asked);
    expect(pieces.map((piece) => piece.text).join('')).toBe(text);
    return pieces.filter((piece) => piece.lit).map((piece) => piece.text);
  };

  it('is lit as whole words, the last also by its beginning, whatever its accents and capitals', () => {
    expect(lit('The earl’s Earl Grey, greyer than grey', 'earl gr')).toEqual(['earl', 'Earl', 'Grey', 'greyer', 'grey']);
    expect(lit('Earls, early: earl', 'earl grey')).toEqual(['earl']);
    expect(lit('Un CAFÉ, s’il vous plaît', 'cafe plait')).toEqual(['CAFÉ', 'plaît']);
  });

  it('is never taken for a pattern or for markup', () => {
    expect(lit('a.b <b>a*b</b> (a+b)', '.* <b>')).toEqual(['b', 'b', 'b', 'b', 'b']);
    expect(lit('nothing here', '***')).toEqual([]);
    expect(lit('', 'x')).toEqual([]);
  });
});

describe('an aim', () => {
  const messages = [message('t', 5, 'five', { at: 50 }), message('t', 6, 'six', { at: 60 })];
  it('is a message by its number, a note by its time, and older pages are worth asking for only before the first one held', () => {
    expect(hit({ thread: 't', at: 0, seq: 6 }, messages, [])).toBe('t-6');
    const note = entry('t', 'note', { id: 'n', at: 55 });
    expect(hit({ thread: 't', at: 55 }, messages, [entry('t', 'ended', { at: 55 }), note])).toBe('n');
    expect(hit({ thread: 't', at: 0, seq: 4 }, messages, [note])).toBeUndefined();
    expect(isOlder({ thread: 't', at: 0, seq: 4 }, messages)).toBe(true);
    expect(isOlder({ thread: 't', at: 0, seq: 7 }, messages)).toBe(false);
    expect(isOlder({ thread: 't', at: 40 }, messages)).toBe(true);
    expect(isOlder({ thread: 't', at: 55 }, messages)).toBe(false);
    expect(isOlder({ thread: 't', at: 55 }, [])).toBe(true);
  });
});

describe('what is told of calls', () => {
  const ada = { thread: 'a', who: 'Ada', text: 'secret' };
  it('is a name alone, unless she wants the words', () => {
    expect(tellOf([ada], false)).toEqual({ title: 'Ada', body: 'New message' });
    expect(tellOf([ada, ada], false)).toEqual({ title: 'Ada', body: '2 new messages' });
    expect(tellOf([ada], true)).toEqual({ title: 'Ada', body: 'secret' });
    expect(tellOf([{ ...ada, by: 'Ravi' }], false)).toEqual({ title: 'Ravi named you in a note', body: 'In the thread with Ada' });
  });

  it('is one line for many threads, without their words', () => {
    const many = ['Ada', 'Bob', 'Cem', 'Dee'].map((who) => ({ thread: who, who, text: 'secret' }));
    expect(tellOf(many, true)).toEqual({ title: '4 new messages', body: 'Ada, Bob and 2 more' });
  });
});

it('pages are named once each, where she wrote from last', () => {
  const from = (seq: number, url: string) => message('t', seq, 'x', { at: seq, page: { url } });
  expect(pagesOf([from(1, 'a'), from(2, 'b'), from(3, 'a'), message('t', 4, 'x')]).map(({ url, at }) => [url, at])).toEqual([['a', 3], ['b', 2]]);
});

it('a name fits best by its beginning, then by that of a word, then anywhere', () => {
  expect(['Take', 'Be taken', 'Retake', 'Snooze'].map((name) => rankOf(name, 'tak'))).toEqual([0, 1, 2, 9]);
  expect(rankOf('Émile', 'emi')).toBe(0);
});
