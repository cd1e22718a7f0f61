import type { Random } from '../../../src/base/random.js'

/** Draws that read like sentences, over a seeded source. */
export class Draw {
  readonly #random: Random

  constructor(random: Random) {
    this.#random = random
  }

  /** A whole number from `lowest` to `highest`, both included. */
  between(lowest: number, highest: number): number {
    return lowest + this.#random.below(highest - lowest + 1)
  }

  /** True in `percent` of 100 cases. */
  chance(percent: number): boolean {
    return this.#random.below(1000) < percent * 10
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.#random.below(choices.length)] as T
  }

  /** One of the choices, each as often as its weight says. */
  weighted<T>(choices: readonly (readonly [weight: number, choice: T])[]): T {
    const total = choices.reduce((sum, [weight]) => sum + weight, 0)
    let left = this.#random.below(total)
    for (const [weight, choice] of choices) {
      if (left < weight) return choice
      left -= weight
    }
    throw new Error('no choices')
  }

  shuffled<T>(items: readonly T[]): T[] {
    const result = [...items]
    for (let index = result.length - 1; index > 0; index--) {
      const other = this.#random.below(index + 1)
      const item = result[index] as T
      result[index] = result[other] as T
      result[other] = item
    }
    return result
  }
}
