import { huffmanBytes, writeHuffman } from './huffman-encoder.js'

/** The most bytes an integer of 32 bits takes. */
export const maxIntegerBytes = 6

const huffmanFlag = 0x80
const lengthMask = 0x7f
/** Below this many bytes writing them one by one is faster than going through Node. */
const longTextBytes = 32

/** Writes the integers and strings of one header block (RFC 7541, 5) one after another. */
export class BlockWriter {
  readonly #out: Buffer
  #position = 0

  /** `maxBytes`: at least what will be written. */
  constructor(maxBytes: number) {
    this.#out = Buffer.allocUnsafe(maxBytes)
  }

  /** `prefixMask` has a bit for each bit of the first byte that `flags` leaves to the integer. */
  integer(flags: number, prefixMask: number, value: number): void {
    if (value < prefixMask) {
      this.#out[this.#position++] = flags | value
      return
    }
    this.#out[this.#position++] = flags | prefixMask
    let rest = value - prefixMask
    for (; rest >= 128; rest = Math.floor(rest / 128)) {
      this.#out[this.#position++] = 0x80 | (rest % 128)
    }
    this.#out[this.#position++] = rest
  }

  /** With Huffman where that is shorter. */
  string(text: string): void {
    const packedBytes = huffmanBytes(text)
    if (packedBytes < text.length) {
      this.integer(huffmanFlag, lengthMask, packedBytes)
      this.#position = writeHuffman(text, this.#out, this.#position)
    } else {
      this.integer(0, lengthMask, text.length)
      this.#raw(text)
    }
  }

  /** What has been written. */
  done(): Buffer {
    return this.#out.subarray(0, this.#position)
  }

  #raw(text: string): void {
    if (text.length >= longTextBytes) {
      this.#position += this.#out.write(text, this.#position, 'latin1')
    } else {
      for (let at = 0; at < text.length; at++) this.#out[this.#position++] = text.charCodeAt(at)
    }
  }
}
