/**
 * The first index from `from` on, below `size`, of which `holds` is true, by halving; `size`: there is none. Of all
 * indexes after one of which it is true, it is true as well.
 */
export function firstIndex(size: number, holds: (index: number) => boolean, from = 0): number {
  let low = from
  let high = size
  while (low < high) {
    const middle = (low + high) >>> 1
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}
