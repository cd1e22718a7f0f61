import { HpackError } from './hpack-error.js'
import type { HuffmanDecoder } from './huffman-decoder.js'
import { latin1Slice } from './latin1.js'

const maxContinuationBytes = 5
const maxInteger = 0xffff_ffff
const huffmanFlag = 0x80
const lengthMask = 0x7f

/** Reads the integers and strings of one header block (RFC 7541, 5) one after another. */
export class BlockReader {
  readonly #block: Buffer
  readonly #huffman: HuffmanDecoder
  #position = 0

  constructor(block: Buffer, huffman: HuffmanDecoder) {
    this.#block = block
    this.#huffman = huffman
  }

  more(): boolean {
    return this.#position < this.#block.length
  }

  /** The next byte, which stays the next; only where there is {@link more}. */
  peek(): number {
    return this.#block[this.#position] as number
  }

  /** `prefixMask` has a bit for each bit of the first byte that belongs to the integer. */
  integer(prefixMask: number): number {
    if (!this.more()) throw cutShort()
    const prefix = (this.#block[this.#position++] as number) & prefixMask
    return prefix < prefixMask ? prefix : this.#continued(prefix)
  }

  string(): string {
    if (!this.more()) throw cutShort()
    const huffman = (this.peek() & huffmanFlag) !== 0
    const length = this.integer(lengthMask)
    const start = this.#position
    const end = start + length
    if (end > this.#block.length) throw cutShort()
    this.#position = end
    return huffman
      ? this.#huffman.decode(this.#block, start, end)
      : latin1Slice(this.#block, start, end)
  }

  #continued(prefix: number): number {
    let value = prefix
    let unit = 1
    for (let count = 0; count < maxContinuationBytes; count++) {
      if (!this.more()) throw cutShort()
      const byte = this.#block[this.#position++] as number
      value += (byte & 0x7f) * unit
      unit *= 128
      if (byte < 0x80) {
        if (value > maxInteger) throw new HpackError('integer too large')
        return value
      }
    }
    throw new HpackError('integer too long')
  }
}

function cutShort(): HpackError {
  return new HpackError('header block is cut short')
}
