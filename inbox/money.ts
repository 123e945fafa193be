/** Money as people write it, out of whole numbers of the smallest unit: never through a fraction that a machine rounds. */

/** @param amount in the smallest unit: cents, or yen where there are none */
export function money(amount: number, currency: string): string {
  const format = formatOf(currency);
  if (!format) return `${amount} ${currency}`;
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  const all = String(Math.abs(amount)).padStart(digits + 1, '0');
  const text = digits ? `${all.slice(0, -digits)}.${all.slice(-digits)}` : all;
  return format.format(`${amount < 0 ? '-' : ''}${text}` as `${number}`);
}

function formatOf(currency: string): Intl.NumberFormat | undefined {
  try {
    return new Intl.NumberFormat('en-GB', { style: 'currency', currency });
  } catch (error) {
    if (error instanceof RangeError) return undefined; // three letters that are no currency's
    throw error;
  }
}
