import { fromByteString, prefixEnd, toByteString } from '../../../src/base/bytes.js'
import type { Draw } from './draw.js'

/** Twelve, no more: etcd's sort is stable only up to twelve rows. */
export const keys: readonly Buffer[] = [
  'a',
  'a\x00',
  'aa',
  'ab',
  'b',
  'b\xff',
  'k/1',
  'k/2',
  'm',
  '\x00',
  '\xff',
  '\xff\xff',
].map(fromByteString)

/** The key that a quiet point puts. */
export const markerKey = fromByteString('m')

const values: readonly Buffer[] = ['', '1', '2', '9', '10', '\x00\xff', 'x'.repeat(300)].map(
  fromByteString,
)
const largeValue = fromByteString('large '.repeat(900))
const none = fromByteString('')
const zeroByte = fromByteString('\x00')

export interface KeyRange {
  readonly key: Buffer
  readonly rangeEnd: Buffer
}

export function drawKey(draw: Draw): Buffer {
  return draw.chance(1.5) ? none : draw.pick(keys)
}

export function drawValue(draw: Draw): Buffer {
  return draw.chance(2) ? largeValue : draw.pick(values)
}

/** One key, a prefix, everything from a key on, all keys, or from one key to another. */
export function drawRange(draw: Draw): KeyRange {
  const key = drawKey(draw)
  const rangeEnd = draw.weighted<() => Buffer>([
    [35, () => none],
    [10, () => zeroByte],
    [25, () => fromByteString(prefixEnd(toByteString(key)) ?? '\x00')],
    [25, () => draw.pick(keys)],
    [5, () => fromByteString('zz')],
  ])()
  return draw.chance(15) ? { key: zeroByte, rangeEnd: zeroByte } : { key, rangeEnd }
}

/** Whether a watch over the range sees the key, by etcd's reading of the range's end. */
export function covers(range: KeyRange, key: Buffer): boolean {
  const start = range.key.length === 0 ? zeroByte : range.key
  if (range.rangeEnd.length === 0) return key.equals(start)
  if (Buffer.compare(key, start) < 0) return false
  return range.rangeEnd.equals(zeroByte) || Buffer.compare(key, range.rangeEnd) < 0
}
