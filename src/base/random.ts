import { randomFillSync } from 'node:crypto'

/** A source of randomness. The simulator hands in a seeded one. */
export interface Random {
  /** A whole number, 0 to `bound` - 1; `bound`: 1 to 2^32. */
  below(bound: number): number
}

/** Random words of the machine, many fetched at once: asking for a single one costs over a microsecond. */
export class SystemRandom implements Random {
  readonly #words = new Uint32Array(256)
  #used = this.#words.length

  below(bound: number): number {
    if (this.#used === this.#words.length) {
      randomFillSync(this.#words)
      this.#used = 0
    }
    const word = this.#words[this.#used++] as number
    return Math.floor((word / 0x1_0000_0000) * bound)
  }
}

/** A deterministic source (the mulberry32 recurrence): same seed, same numbers. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  return {
    below(bound: number): number {
      state = (state + 0x6d2b79f5) >>> 0
      let mixed = Math.imul(state ^ (state >>> 15), state | 1)
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
      return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000) * bound)
    },
  }
}

/** A random positive 63-bit number, as etcd draws lease ids. Never 0. */
export function randomPositiveId(random: Random): bigint {
  const high = BigInt(random.below(0x8000_0000))
  const low = BigInt(random.below(0x1_0000_0000))
  const id = (high << 32n) | low
  return id === 0n ? 1n : id
}
