/**
 * What may be said to SQLite, read once for each text. The two hosts' SQLites understand different things (Node runs the
 * first of several statements and forgets the rest, a Durable Object takes "abc" for a text), and a statement that means
 * two things is a fault that shows on one host only: here it is refused on both.
 */

/** The code is wrong, not the data: nobody who chats can bring it about. Says what is wrong, and never the statement. */
export class BadStatement extends Error {
  override readonly name = 'BadStatement';
}

/** One piece: a text, a comment, a word or number, a parameter, or a mark that means something to us. `''` in a text reads as two texts. */
const PIECE = /'[^']*'|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|[\w\u0080-\uffff][\w$\u0080-\uffff]*|\?\d*|[:@$#"`[';()]/g;
const WORD = /^[\w\u0080-\uffff]/;
const COMMENT = /^(?:--|\/\*)/;
const VERB = /^(?:SELECT|VALUES|INSERT|REPLACE|UPDATE|DELETE|CREATE|ALTER|DROP|PRAGMA)$/i;

/**
 * @returns how many parameters it takes
 * @throws BadStatement for none, for more than one, and for what only one of the hosts understands
 */
export function readStatement(text: string): number {
  let binds = 0;
  let begun = false;
  let ended = false;
  walk(text, (piece) => {
    if (ended) throw new BadStatement('one statement at a time, with nothing behind its semicolon');
    if (piece === '?') binds++;
    begun ||= WORD.test(piece);
    ended = piece === ';';
  });
  if (!begun) throw new BadStatement('there is no statement');
  return binds;
}

/**
 * @returns the same statements without comments: a Durable Object takes one behind the last semicolon for a statement that is missing
 * @throws BadStatement for parameters, and for what only one of the hosts understands
 */
export function readScript(text: string): string {
  walk(text, (piece) => {
    if (piece === '?') throw new BadStatement('a script has no parameters');
  });
  return text.replace(PIECE, (piece) => (COMMENT.test(piece) ? ' ' : piece)).trim();
}

function walk(text: string, meet: (piece: string) => void): void {
  let depth = 0;
  let verb = '';
  for (const [piece] of text.matchAll(PIECE)) {
    meet(piece);
    const word = piece.toUpperCase();
    if (piece === '(') depth++;
    else if (piece === ')') depth--;
    else if (piece === ';') verb = '';
    else if (depth === 0 && !verb && VERB.test(word)) verb = word;
    else if (depth === 0 && (word === 'LIMIT' || word === 'ORDER') && (verb === 'UPDATE' || verb === 'DELETE')) {
      throw new BadStatement(`${verb} takes no ${word}: choose the rows with a SELECT in brackets`);
    } else refuseMark(piece);
  }
}

function refuseMark(piece: string): void {
  if (piece === "'") throw new BadStatement('a text is not closed');
  if (piece === '"' || piece === '`' || piece === '[') throw new BadStatement("'single quotes' around a text, and none around a name");
  if (/^(?:[:@$#]|\?\d)/.test(piece)) throw new BadStatement('parameters have no names or numbers: write ?');
}
