/** A table as a file for spreadsheets (RFC 4180). */

export type Cell = string | number | undefined;

/** Without it Excel takes UTF-8 for something else; a browser that reads a text takes it off. */
const BYTE_ORDER_MARK = '\ufeff';
/** A spreadsheet runs what begins like this, also behind blanks and in the wide letters of East Asia; and a colleague may be called anything. */
const FORMULA = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r]/;
/** The same in the middle: where decimals have commas it is cut at a `;`, and pasted it is cut at a tab, quotes or not. */
const FORMULA_BEHIND = /([;\t\r\n])(?=\s*[=+\-@\uff1d\uff0b\uff0d\uff20])/g;

export function toCsv(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [columns, ...rows].map((row) => `${row.map(toField).join(',')}\r\n`).join('');
}

function toField(cell: Cell): string {
  if (cell === undefined) return '';
  if (typeof cell === 'number') return String(cell);
  const text = `${FORMULA.test(cell) ? "'" : ''}${cell.replace(FORMULA_BEHIND, "$1'")}`;
  return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Hands it to the browser to keep. */
export function saveFile(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([BYTE_ORDER_MARK, text], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
