const polynomial = 0x82f63b78
const slices = 8
const table = buildTable()

/**
 * CRC-32C (Castagnoli) of `bytes`, continuing from `seed`, the checksum of what came before.
 * Eight bytes a step through sliced tables: about 1 GB/s.
 */
export function crc32c(bytes: Uint8Array, seed = 0, start = 0, end = bytes.length): number {
  let crc = ~seed
  let at = start
  for (; at + slices <= end; at += slices) {
    const low =
      crc ^
      (byte(bytes, at) |
        (byte(bytes, at + 1) << 8) |
        (byte(bytes, at + 2) << 16) |
        (byte(bytes, at + 3) << 24))
    crc =
      look(7, low & 255) ^
      look(6, (low >>> 8) & 255) ^
      look(5, (low >>> 16) & 255) ^
      look(4, low >>> 24) ^
      look(3, byte(bytes, at + 4)) ^
      look(2, byte(bytes, at + 5)) ^
      look(1, byte(bytes, at + 6)) ^
      look(0, byte(bytes, at + 7))
  }
  for (; at < end; at++) crc = look(0, (crc ^ byte(bytes, at)) & 255) ^ (crc >>> 8)
  return ~crc >>> 0
}

function byte(bytes: Uint8Array, at: number): number {
  return bytes[at] as number
}

function look(slice: number, index: number): number {
  return table[slice * 256 + index] as number
}

function buildTable(): Int32Array {
  const built = new Int32Array(slices * 256)
  for (let index = 0; index < 256; index++) {
    let crc = index
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1
    built[index] = crc
  }
  for (let slice = 1; slice < slices; slice++) {
    for (let index = 0; index < 256; index++) {
      const previous = built[(slice - 1) * 256 + index] as number
      built[slice * 256 + index] = (previous >>> 8) ^ (built[previous & 255] as number)
    }
  }
  return built
}
