/** What people wrote, as text nodes; addresses in it as links that give nothing away. */
import { useMemo } from 'preact/hooks';
import { pieces } from '../links.ts';

export function Text({ text }: { text: string }) {
  const cut = useMemo(() => pieces(text), [text]);
  return (
    <>
      {cut.map((piece, index) => (
        piece.href === undefined
          ? piece.text
          : <a key={index} href={piece.href} target="_blank" rel="noopener noreferrer nofollow ugc">{piece.text}</a>
      ))}
    </>
  );
}
