import { ByteBudget, type ByteShare } from '../base/byte-budget.js'
import type { Clock } from '../base/clock.js'

const defaultMaxReadBytes = 256 * 1024 * 1024
/** Answers up to this size are not held until they are encoded. */
const smallAnswerBytes = 64 * 1024

/** Answers from here on take turns with everything else, where they come without waiting for the disk. */
const largeAnswerBytes = 1024 * 1024
/** Reading, encoding and sending so many bytes takes the process about a millisecond. */
const bytesPerMs = 1024 * 1024

/** How long the process is left to others after an answer for which so many bytes were read: as long as it took. */
export function restMsAfter(bytes: number): number {
  return bytes / bytesPerMs
}

/** Bounds what all reads under way hold in memory together, until their answers are handed off. */
export class ReadBudget {
  readonly #budget: ByteBudget
  readonly #clock: Clock
  readonly #nextTurn: () => Promise<void>
  /** A large answer is being followed by as much time for others. */
  #rests = false
  /** Reads that wait for that; as many as there are calls. */
  #waiting: (() => void)[] = []

  /** `nextTurn` lets other work of the process go on. */
  constructor(clock: Clock, nextTurn: () => Promise<void>, maxReadBytes = defaultMaxReadBytes) {
    this.#budget = new ByteBudget(maxReadBytes)
    this.#clock = clock
    this.#nextTurn = nextTurn
  }

  /** To be awaited before a read of several keys; undefined: it may begin at once. */
  turn(): Promise<void> | undefined {
    if (!this.#rests && this.#waiting.length === 0) return undefined
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** Runs a read with a share of its own. @throws MetastoreError `too-many-requests`, and its own */
  async run<T>(read: (share: ByteShare) => T | Promise<T>): Promise<T> {
    const share = this.#budget.share()
    try {
      const answer = read(share)
      if (answer instanceof Promise) return await answer
      if (share.sizeBytes >= largeAnswerBytes) this.#restAfter(share.sizeBytes)
      return answer
    } catch (error) {
      share.release()
      throw error
    } finally {
      if (share.sizeBytes <= smallAnswerBytes) share.release()
      else void this.#releaseEncoded(share)
    }
  }

  #restAfter(bytes: number): void {
    if (this.#rests) return
    this.#rests = true
    this.#clock.schedule(restMsAfter(bytes), () => {
      this.#rests = false
      void this.#admit()
    })
  }

  /** One a turn, until one of them has a large answer again. */
  async #admit(): Promise<void> {
    while (!this.#rests) {
      const begin = this.#waiting.shift()
      if (begin === undefined) return
      begin()
      await this.#nextTurn()
    }
  }

  /** Whoever waits for an answer encodes it in the turn in which it comes. */
  async #releaseEncoded(share: ByteShare): Promise<void> {
    await this.#nextTurn()
    share.release()
  }
}
