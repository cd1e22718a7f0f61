/** The symbol that no string may hold: its code's first bits are the padding. */
export const endOfString = 256

/** How many bits the code of each symbol has: RFC 7541, appendix B. */
export const codeBits = Uint8Array.from([
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28,
  28, 28, 28, 28, 28, 28, 28, 28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5,
  6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10, 13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
  7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6, 15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6,
  7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28, 20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23,
  23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24, 22, 21, 20, 22,
  22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22,
  23, 22, 22, 23, 26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27,
  27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27, 20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25,
  24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26, 30,
])

/**
 * The code of each symbol, in its lowest bits. The code is canonical: ordered by length and then by
 * symbol, each code is the one before it plus one, so the lengths say everything.
 */
export const codes = assignCodes()

function assignCodes(): Uint32Array {
  const assigned = new Uint32Array(codeBits.length)
  const symbols = Array.from(codeBits.keys())
  symbols.sort((one, other) => bitsOf(one) - bitsOf(other) || one - other)
  let next = 0
  let bits = 0
  for (const symbol of symbols) {
    next <<= bitsOf(symbol) - bits
    bits = bitsOf(symbol)
    assigned[symbol] = next++
  }
  return assigned
}

function bitsOf(symbol: number): number {
  return codeBits[symbol] as number
}
