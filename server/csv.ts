/** A table as CSV (RFC 4180), for people who open it in a spreadsheet. */

export type Cell = string | number | null;

/** Without it Excel takes UTF-8 for something else. */
const BYTE_ORDER_MARK = '\ufeff';
/** A spreadsheet runs what begins like this, also behind blanks and in the wide letters of East Asia; and anybody may choose the name of an order. */
const FORMULA = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r]/;
/** The same in the middle: where decimals have commas it is cut at a `;`, and pasted it is cut at a tab, quotes or not. */
const FORMULA_BEHIND = /([;\t\r\n])(?=\s*[=+\-@\uff1d\uff0b\uff0d\uff20])/g;

export function toCsv(columns: string[], rows: Cell[][]): string {
  return BYTE_ORDER_MARK + [columns, ...rows].map((row) => `${row.map(toField).join(',')}\r\n`).join('');
}

function toField(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = `${FORMULA.test(cell) ? "'" : ''}${cell.replace(FORMULA_BEHIND, "$1'")}`;
  return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
