/**
 * Pure: the smallest of these that at least so many in a hundred do not exceed (nearest rank): always one of them, and
 * found with whole numbers alone.
 * @param sorted ascending
 * @param of 1 to 100
 */
export function percentile(sorted: number[], of: number): number | undefined {
  return sorted[Math.ceil((sorted.length * of) / 100) - 1];
}
