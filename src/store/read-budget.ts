import { ByteBudget, type ByteShare } from '../base/byte-budget.js'

const defaultMaxReadBytes = 256 * 1024 * 1024
/** Answers up to this size are not held until they are encoded. */
const smallAnswerBytes = 64 * 1024

/** Bounds what all reads under way hold in memory together, until their answers are handed off. */
export class ReadBudget {
  readonly #budget: ByteBudget
  readonly #nextTurn: () => Promise<void>

  /** `nextTurn` lets other work of the process go on. */
  constructor(nextTurn: () => Promise<void>, maxReadBytes = defaultMaxReadBytes) {
    this.#budget = new ByteBudget(maxReadBytes)
    this.#nextTurn = nextTurn
  }

  /** Runs a read with a share of its own. @throws MetastoreError `too-many-requests`, and its own */
  async run<T>(read: (share: ByteShare) => T | Promise<T>): Promise<T> {
    const share = this.#budget.share()
    try {
      const answer = read(share)
      return answer instanceof Promise ? await answer : answer
    } catch (error) {
      share.release()
      throw error
    } finally {
      if (share.sizeBytes <= smallAnswerBytes) share.release()
      else void this.#releaseEncoded(share)
    }
  }

  /** Whoever waits for an answer encodes it in the turn in which it comes. */
  async #releaseEncoded(share: ByteShare): Promise<void> {
    await this.#nextTurn()
    share.release()
  }
}
