import type { ByteShare } from '../base/byte-budget.js'
import type { CancelSignal } from '../base/cancel-signal.js'
import type { Clock } from '../base/clock.js'
import { readGivenUp } from '../base/given-up.js'
import { LargeRange, type RangeResult } from '../mvcc/index.js'
import type { RangeRequest } from '../wire/index.js'
import type { ReadBudget } from './read-budget.js'
import type { ReplicatedState } from './replicated-state.js'

/** Reading and sending so many bytes takes the process about a millisecond. */
const bytesPerMs = 1024 * 1024

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
  #readBytes = 0
  /** As many as there are calls. They hold nothing but their place. */
  readonly #waiting: (() => void)[] = []

  constructor(parts: LargeReadsParts) {
    this.#parts = parts
  }

  /**
   * Reads all of `found`, or what the request answers when it has waited for others.
   * @throws MetastoreError `too-many-requests`, `request-canceled`, and those of a range
   */
  async read(
    found: LargeRange,
    request: RangeRequest,
    signal: CancelSignal | undefined,
  ): Promise<RangeAnswer> {
    const isFirst = !this.#busy
    if (isFirst) this.#busy = true
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    try {
      return await this.#parts.budget.run((share) =>
        isFirst
          ? this.#readAll(found, request, share, signal)
          : this.#readAnew(request, share, signal),
      )
    } finally {
      this.#admitLater()
    }
  }

  /** What was found before may be gone by now. */
  async #readAnew(
    request: RangeRequest,
    share: ByteShare,
    signal: CancelSignal | undefined,
  ): Promise<RangeAnswer> {
    throwIfAborted(signal)
    const { keyValues } = this.#parts.state
    const { revision } = keyValues
    const found = keyValues.rangeInSteps(request, share)
    if (found instanceof LargeRange) return this.#readAll(found, request, share, signal)
    return { answer: await found, revision }
  }

  async #readAll(
    found: LargeRange,
    request: RangeRequest,
    share: ByteShare,
    signal: CancelSignal | undefined,
  ): Promise<RangeAnswer> {
    share.take(found.sizeBytes)
    this.#readBytes += found.sizeBytes
    for (;;) {
      const step = found.read()
      if (step === 'done') return { answer: found.result, revision: found.revision }
      if (step === 'lost') break
      await this.#parts.nextTurn()
      throwIfAborted(signal)
    }
    share.release()
    const { keyValues } = this.#parts.state
    const { revision } = keyValues
    return { answer: await keyValues.range(request, share), revision }
  }

  /** Others have as much time first as this answer takes, which is still to be sent. */
  #admitLater(): void {
    const restMs = this.#readBytes / bytesPerMs
    this.#readBytes = 0
    this.#parts.clock.schedule(restMs, () => {
      const next = this.#waiting.shift()
      if (next === undefined) this.#busy = false
      else next()
    })
  }
}

function throwIfAborted(signal: CancelSignal | undefined): void {
  if (signal?.aborted) throw readGivenUp(signal.reason)
}
