/** A sentence with names in it, each in its own direction. */
import { NAME } from '../entries.ts';

export function Named({ text }: { text: string }) {
  return <>{text.split(NAME).map((part, index) => (index % 2 ? <bdi key={index}>{part}</bdi> : part))}</>;
}

/** A name as part of such a sentence. */
export const inSentence = (name: string): string => name.replaceAll(NAME, '');
