/** A line of the table: what was measured, and what came out. */
export type Row = [what: string, figure: string];

export const percentile = (values: number[], p: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((p / 100) * sorted.length))] ?? Number.NaN;
};
export const median = (values: number[]): number => percentile(values, 50);

const KIB = 1_024;
/** As they stand in the table. */
export const count = (value: number): string => Math.round(value).toLocaleString('en');
export const ms = (value: number): string => `${value.toFixed(value < 100 ? 1 : 0)} ms`;
export const kib = (bytes: number): string => `${(bytes / KIB).toFixed(bytes < 100 * KIB ? 1 : 0)} KiB`;
