import type { ByteString } from '../../base/bytes.js'

/** Bytes behind the common ones that are reckoned with; as many as a number holds exactly. */
const weighedBytes = 6

/**
 * A byte string above `low` and below `high`, near the middle of the space between; undefined when
 * they are too near to each other for that. `low` is below `high`.
 */
export function between(low: ByteString, high: ByteString): ByteString | undefined {
  let common = 0
  while (common < low.length && low[common] === high[common]) common++
  const from = weigh(low, common)
  const middle = Math.floor((from + weigh(high, common)) / 2)
  return middle === from ? undefined : low.slice(0, common) + unweigh(middle)
}

function weigh(text: ByteString, offset: number): number {
  let weight = 0
  for (let index = offset; index < offset + weighedBytes; index++) {
    weight = weight * 256 + (index < text.length ? text.charCodeAt(index) : 0)
  }
  return weight
}

function unweigh(weight: number): ByteString {
  const bytes = Buffer.alloc(weighedBytes)
  bytes.writeUIntBE(weight, 0, weighedBytes)
  return bytes.toString('latin1')
}
