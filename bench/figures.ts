/** A line of the table: what was measured, and what came out. */
export type Row = [what: string, figure: string];

export const percentile = (values: number[], p: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((p / 100) * sorted.length))] ?? Number.NaN;
};
export const median = (values: number[]): number => percentile(values, 50);
