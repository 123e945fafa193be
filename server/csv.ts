/** A table as CSV (RFC 4180), for people who open it in a spreadsheet. */

export type Cell = string | number | null;

/** Without it Excel takes UTF-8 for something else. */
const BYTE_ORDER_MARK = '\ufeff';
/** A spreadsheet runs what begins like this, and anybody may choose the name of an order. */
const FORMULA = /^[=+\-@\t\r]/;

export function toCsv(columns: string[], rows: Cell[][]): string {
  return BYTE_ORDER_MARK + [columns, ...rows].map((row) => `${row.map(toField).join(',')}\r\n`).join('');
}

function toField(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
