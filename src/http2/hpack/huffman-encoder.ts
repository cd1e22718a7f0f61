import { codeBits, codes } from './huffman-code.js'

/** How many bytes {@link writeHuffman} will write. */
export function huffmanBytes(text: string): number {
  let bits = 0
  for (let at = 0; at < text.length; at++) bits += codeBits[text.charCodeAt(at)] as number
  return (bits + 7) >>> 3
}

/** Writes `text`, padded with ones to whole bytes, from `start` on. Answers where it ends. */
export function writeHuffman(text: string, out: Buffer, start: number): number {
  let position = start
  let partial = 0
  let room = 8
  for (let at = 0; at < text.length; at++) {
    const symbol = text.charCodeAt(at)
    const code = codes[symbol] as number
    let bits = codeBits[symbol] as number
    while (bits >= room) {
      bits -= room
      out[position++] = (partial << room) | (code >>> bits)
      partial = 0
      room = 8
    }
    partial = (partial << bits) | (code & ((1 << bits) - 1))
    room -= bits
  }
  if (room < 8) out[position++] = (partial << room) | ((1 << room) - 1)
  return position
}
