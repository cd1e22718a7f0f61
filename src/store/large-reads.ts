import type { CancelSignal } from '../base/cancel-signal.js'
import type { Clock } from '../base/clock.js'
import { readGivenUp } from '../base/given-up.js'
import { LargeRange, type RangeResult } from '../mvcc/index.js'
import type { RangeRequest } from '../wire/index.js'
import { type ReadBudget, restMsAfter } from './read-budget.js'
import type { ReplicatedState } from './replicated-state.js'

/** What a range answers, and the revision that it shows. */
export interface RangeAnswer {
  readonly answer: RangeResult
  readonly revision: number
}

export interface LargeReadsParts {
  readonly state: Pick<ReplicatedState, 'keyValues'>
  readonly budget: ReadBudget
  readonly clock: Clock
  /** Lets other work of the process go on. */
  readonly nextTurn: () => Promise<void>
}

/** Reads long answers one at a time and step by step, so that whoever wants a turn waits for one step at most. */
export class LargeReads {
  readonly #parts: LargeReadsParts
  #busy = false
  /** By the one whose turn it is. */
  #readBytes = 0
  /** As many as there are calls; the first comes first. They hold nothing but their place. */
  readonly #waiting = new Set<() => void>()

  constructor(parts: LargeReadsParts) {
    this.#parts = parts
  }

  /**
   * Reads all of `found`, or what the request answers when it has waited for others.
   * @throws MetastoreError `too-many-requests`, `context-canceled`, and those of a range
   */
  async read(
    found: LargeRange,
    request: RangeRequest,
    signal: CancelSignal | undefined,
  ): Promise<RangeAnswer> {
    const known = await this.#readKnown(found, request, signal)
    if (known !== undefined) return known
    throwIfAborted(signal)
    const { keyValues } = this.#parts.state
    const { revision } = keyValues
    const answer = await this.#parts.budget.run((share) => keyValues.range(request, share))
    return { answer, revision }
  }

  /** Undefined: it takes reading from the disk, for which nobody else has to wait. */
  async #readKnown(
    found: LargeRange,
    request: RangeRequest,
    signal: CancelSignal | undefined,
  ): Promise<RangeAnswer | undefined> {
    const isFirst = !this.#busy
    if (isFirst) this.#busy = true
    else {
      // It would be of an old moment by then.
      found.drop()
      await this.#turn(signal)
    }
    try {
      return await this.#parts.budget.run(async (share) => {
        const { keyValues } = this.#parts.state
        const { revision } = keyValues
        const known = isFirst ? found : keyValues.knownInSteps(request, share)
        if (!(known instanceof LargeRange)) return known && { answer: known, revision }
        share.take(known.sizeBytes)
        return this.#readSteps(known, signal)
      })
    } finally {
      this.#admitLater()
    }
  }

  /** Resolves when those before have been read. @throws MetastoreError `context-canceled` */
  #turn(signal: CancelSignal | undefined): Promise<void> {
    throwIfAborted(signal)
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.delete(begin)
        reject(readGivenUp(signal?.reason))
      }
      const begin = (): void => {
        signal?.removeEventListener('abort', leave)
        resolve()
      }
      this.#waiting.add(begin)
      signal?.addEventListener('abort', leave, { once: true })
    })
  }

  async #readSteps(
    range: LargeRange,
    signal: CancelSignal | undefined,
  ): Promise<RangeAnswer | undefined> {
    for (;;) {
      const step = range.read()
      this.#readBytes = range.readBytes
      if (step === 'done') return { answer: range.result, revision: range.revision }
      if (step === 'lost') {
        range.drop()
        return undefined
      }
      await this.#parts.nextTurn()
      throwIfAborted(signal)
    }
  }

  /** Others have as much time first as what was read takes, which is still to be sent. */
  #admitLater(): void {
    const restMs = restMsAfter(this.#readBytes)
    this.#readBytes = 0
    this.#parts.clock.schedule(restMs, () => {
      const [next] = this.#waiting
      if (next === undefined) {
        this.#busy = false
        return
      }
      this.#waiting.delete(next)
      next()
    })
  }
}

function throwIfAborted(signal: CancelSignal | undefined): void {
  if (signal?.aborted) throw readGivenUp(signal.reason)
}
