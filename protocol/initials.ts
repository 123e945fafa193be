/** The mark of whoever has no picture: of a person, of a brand without a logo of its own. */

/** One or two letters. Two only where letters stand apart: in Arabic or Devanagari a pair would grow together. */
export function initialsOf(name: string): string {
  const parts = name.split('@')[0]!.split(/[\s._-]+/).filter(Boolean);
  const first = firstOf(parts[0] ?? '?');
  const last = parts.length > 1 ? firstOf(parts.at(-1)!) : '';
  return (APART.test(first + last) ? first + last : first).toUpperCase();
}

/** What a reader sees as the first letter: an astronaut is four code points. */
const firstOf = (text: string): string => new Intl.Segmenter().segment(text)[Symbol.iterator]().next().value?.segment ?? '';
const APART = /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{N}]+$/u;
