/** Names in notes, and answers kept ready: the pure parts. */
import { describe, expect, it } from 'vitest';
import { cannedLike, fillIn } from '../inbox/canned.ts';
import { askedAt, cut, mentionsIn, namesLike } from '../inbox/mentions.ts';
import { callIn } from '../inbox/notes.ts';
import { agent, entry } from './inbox-fake.ts';

const TEAM = [agent('ann', 'Ann'), agent('annlee', 'Ann Lee'), agent('jose', 'José Ruiz'), agent('ravi', 'Ravi Patel')];

describe('D11: a name in a note', () => {
  it('is asked for with @, at the start of a word only', () => {
    expect(askedAt('@', 1)).toEqual({ start: 0, query: '' });
    expect(askedAt('do we, @ra', 10)).toEqual({ start: 7, query: 'ra' });
    expect(askedAt('(@Ravi Pa', 9)).toEqual({ start: 1, query: 'Ravi Pa' });
    expect(askedAt('mail@ravi', 9)).toBeUndefined();
    expect(askedAt('@Ravi is out today', 18)).toBeUndefined();
  });

  it('is found by the beginning of any of its words, with or without accents', () => {
    const found = (query: string) => namesLike(query, TEAM).map(({ id }) => id);
    expect(found('')).toHaveLength(4);
    expect(found('pat')).toEqual(['ravi']);
    expect(found('JOSE')).toEqual(['jose']);
    expect(found('ann l')).toEqual(['annlee']);
    expect(found('atel')).toEqual([]);
  });

  it('counts once, means the longer of two, and is no part of a longer word', () => {
    expect(mentionsIn('@Ann Lee and @Ravi Patel, @Ann Lee!', TEAM)).toEqual(['annlee', 'ravi']);
    expect(mentionsIn('@Ann leaves', TEAM)).toEqual(['ann']);
    expect(mentionsIn('@Annabel, ravi@Ravi.example', TEAM)).toEqual([]);
  });

  it('stands in pieces that make the note again', () => {
    const text = 'Is @José Ruiz in, @nobody? @@Ann';
    const pieces = cut(text, TEAM);
    expect(pieces.map((piece) => piece.text).join('')).toBe(text);
    expect(pieces.filter(({ mention }) => mention)).toEqual([{ text: '@José Ruiz', mention: 'jose' }, { text: '@Ann', mention: 'ann' }]);
  });

  it('calls for her until she has noted something herself', () => {
    const note = (by: string, at: number, mentions: string[] = []) => entry('t', 'note', { by, at, mentions });
    const call = note('ravi', 2, ['ann']);
    expect(callIn([note('ravi', 1), call, note('jose', 3)], 'ann')).toBe(call);
    expect(callIn([call, note('ann', 3)], 'ann')).toBeUndefined();
    expect(callIn([note('ravi', 1, ['jose'])], 'ann')).toBeUndefined();
  });
});

describe('a ready answer', () => {
  it('is filled with the names there are, and leaves no hole for one that is missing', () => {
    const names = { visitor: 'Ada', agent: 'Ravi' };
    expect(fillIn('Hello {visitor}, this is {agent}.', names)).toBe('Hello Ada, this is Ravi.');
    expect(fillIn('Hello {visitor}, this is {agent}.', { ...names, visitor: undefined })).toBe('Hello, this is Ravi.');
    expect(fillIn('{visitor}, thank you!', { ...names, visitor: undefined })).toBe('thank you!');
    expect(fillIn('{price} {visitor}', { ...names, visitor: '{agent}' })).toBe('{price} {agent}');
  });

  it('is found by its name before its words', () => {
    const all = [
      { id: '1', name: 'Thanks', body: 'Goodbye, and refund soon' }, { id: '2', name: 'Refund', body: 'x' }, { id: '3', name: 'No refund', body: 'y' }, { id: '4', name: 'Hours', body: 'z' },
    ];
    expect(cannedLike('refund', all).map(({ id }) => id)).toEqual(['2', '3', '1']);
    expect(cannedLike('', all)).toHaveLength(4);
  });
});
