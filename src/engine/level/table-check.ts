import { crc32c } from '../../base/crc32c.js'

const footerBytes = 48
const magic = 0xdb4775248b80fb57n
/** After each block: its kind (0: not compressed), and a checksum over block and kind. */
const blockTrailerBytes = 5
const maskDelta = 0xa282ead8

interface BlockHandle {
  readonly offset: number
  readonly size: number
}

/**
 * Checks every byte of a LevelDB table against the checksums in it; LevelDB itself looks at none of
 * them when it reads. Yields after each block, so that the caller may let other work go on.
 * Returns what is wrong, undefined when nothing is. Of compressed tables only the blocks at the end
 * are checked.
 */
export function* checkTable(table: Buffer): Generator<void, string | undefined> {
  const footerAt = table.length - footerBytes
  if (footerAt < 0) return 'the table has no footer'
  if (table.readBigUInt64LE(table.length - 8) !== magic) return 'the footer of the table is damaged'
  const footer = new VarintReader(table, footerAt)
  const ends = [readHandle(footer), readHandle(footer)]
  let checkedBytes = 0
  const inner: BlockHandle[] = []
  for (const handle of ends) {
    if (!isSound(table, handle)) return damagedBlock(handle)
    checkedBytes += handle.size + blockTrailerBytes
    if (table[handle.offset + handle.size] !== 0) return undefined
    inner.push(...readHandles(table.subarray(handle.offset, handle.offset + handle.size)))
  }
  for (const handle of inner) {
    if (!isSound(table, handle)) return damagedBlock(handle)
    checkedBytes += handle.size + blockTrailerBytes
    yield
  }
  return checkedBytes === footerAt ? undefined : 'the table does not consist of its blocks'
}

function isSound(table: Buffer, { offset, size }: BlockHandle): boolean {
  const end = offset + size + 1
  if (end + 4 > table.length - footerBytes) return false
  const unmasked = (table.readUInt32LE(end) - maskDelta) >>> 0
  const checksum = ((unmasked >>> 17) | (unmasked << 15)) >>> 0
  return crc32c(table, 0, offset, end) === checksum
}

/** The values of an index: each entry is three lengths, the rest of a key, and a handle. */
function readHandles(block: Buffer): BlockHandle[] {
  const restarts = block.readUInt32LE(block.length - 4)
  const end = block.length - 4 - restarts * 4
  const handles: BlockHandle[] = []
  const reader = new VarintReader(block, 0)
  while (reader.offset < end) {
    reader.next()
    const keyBytes = reader.next()
    const valueBytes = reader.next()
    const valueAt = reader.offset + keyBytes
    handles.push(readHandle(new VarintReader(block, valueAt)))
    reader.offset = valueAt + valueBytes
  }
  return handles
}

function readHandle(reader: VarintReader): BlockHandle {
  return { offset: reader.next(), size: reader.next() }
}

function damagedBlock(handle: BlockHandle): string {
  return `the block at ${handle.offset} does not match its checksum`
}

/** Reads numbers of seven bits a byte, the lowest first. Beyond the end there are zeros. */
class VarintReader {
  offset: number
  readonly #bytes: Buffer

  constructor(bytes: Buffer, offset: number) {
    this.#bytes = bytes
    this.offset = offset
  }

  next(): number {
    let value = 0
    for (let scale = 1; scale < Number.MAX_SAFE_INTEGER; scale *= 128) {
      const byte = this.#bytes[this.offset++] ?? 0
      value += (byte & 127) * scale
      if (byte < 128) break
    }
    return value
  }
}
