import { HpackError } from './hpack-error.js'
import { codeBits, codes, endOfString } from './huffman-code.js'
import { latin1Slice } from './latin1.js'

const scratchBytes = 256
const states = 256
const longestPaddingBits = 7

// A step of four bits: the next state in the lowest byte, a symbol in the next, and two flags.
const symbolShift = 8
const emitsShift = 16
const fails = 1 << 17

const children = buildTree()
const steps = buildSteps()
const mayEnd = findEnds()

/**
 * Decodes strings four bits at a time, by a table of 16 KiB. No code is shorter than five bits, so
 * that a step makes one symbol at most.
 */
export class HuffmanDecoder {
  readonly #scratch = Buffer.allocUnsafe(scratchBytes)

  /** @throws HpackError when the padding is wrong or the string holds the end-of-string symbol. */
  decode(block: Buffer, start: number, end: number): string {
    const scratch = this.#scratch
    let text = ''
    let length = 0
    let state = 0
    let seen = 0
    for (let at = start; at < end; at++) {
      const byte = block[at] as number
      const high = steps[(state << 4) | (byte >>> 4)] as number
      scratch[length] = high >>> symbolShift
      length += (high >>> emitsShift) & 1
      const low = steps[((high & 255) << 4) | (byte & 15)] as number
      scratch[length] = low >>> symbolShift
      length += (low >>> emitsShift) & 1
      state = low & 255
      seen |= high | low
      if (length > scratchBytes - 2) {
        text += latin1Slice(scratch, 0, length)
        length = 0
      }
    }
    if ((seen & fails) !== 0) throw new HpackError('end-of-string symbol inside a string')
    if (mayEnd[state] !== 1) throw new HpackError('wrong padding of a Huffman string')
    return text === '' ? latin1Slice(scratch, 0, length) : text + latin1Slice(scratch, 0, length)
  }
}

/** Two children a state: the state to go to, or the complement of the symbol that is complete. */
function buildTree(): Int16Array {
  const tree = new Int16Array(states * 2)
  let used = 1
  for (let symbol = 0; symbol <= endOfString; symbol++) {
    const code = codes[symbol] as number
    let state = 0
    for (let bit = (codeBits[symbol] as number) - 1; bit > 0; bit--) {
      const edge = state * 2 + ((code >>> bit) & 1)
      if (tree[edge] === 0) tree[edge] = used++
      state = tree[edge] as number
    }
    tree[state * 2 + (code & 1)] = ~symbol
  }
  return tree
}

function buildSteps(): Uint32Array {
  const built = new Uint32Array(states * 16)
  for (let state = 0; state < states; state++) {
    for (let nibble = 0; nibble < 16; nibble++) built[state * 16 + nibble] = stepFrom(state, nibble)
  }
  return built
}

function stepFrom(start: number, nibble: number): number {
  let state = start
  let emitted = 0
  for (let bit = 3; bit >= 0; bit--) {
    const child = children[state * 2 + ((nibble >>> bit) & 1)] as number
    state = Math.max(child, 0)
    if (child === ~endOfString) return fails
    if (child < 0) emitted = (1 << emitsShift) | (~child << symbolShift)
  }
  return emitted | state
}

/** A string ends after a symbol, or inside a padding of ones that is shorter than a byte. */
function findEnds(): Uint8Array {
  const ends = new Uint8Array(states)
  let state = 0
  for (let bits = 0; bits <= longestPaddingBits; bits++) {
    ends[state] = 1
    state = children[state * 2 + 1] as number
  }
  return ends
}
