/**
 * The smallest of these that at least so many in a hundred do not exceed (nearest rank): always one of them, and found
 * with whole numbers alone. Not sorted for it: of a hundred thousand that would take ten times as long.
 * @param numbers in any order, and in another one afterwards
 * @param of 1 to 100
 */
export function percentile(numbers: Float64Array, of: number): number | undefined {
  const place = Math.ceil((numbers.length * of) / 100) - 1;
  let [low, high] = [0, numbers.length - 1];
  while (low < high) {
    // What belongs before the pivot is brought before it, what belongs behind it behind; then only one side matters.
    const pivot = middleOf(numbers[low]!, numbers[(low + high) >> 1]!, numbers[high]!);
    let [left, right] = [low, high];
    while (left <= right) {
      while (numbers[left]! < pivot) left++;
      while (numbers[right]! > pivot) right--;
      if (left > right) break;
      [numbers[left], numbers[right]] = [numbers[right]!, numbers[left]!];
      left++;
      right--;
    }
    if (place <= right) high = right;
    else if (place >= left) low = left;
    else break;
  }
  return numbers[place];
}

const middleOf = (a: number, b: number, c: number): number => Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
