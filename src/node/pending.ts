import type { CancelSignal } from '../base/cancel-signal.js'
import { MetastoreError } from '../base/errors.js'
import { readGivenUp } from '../base/given-up.js'
import { type Linked, LinkedSet } from '../base/linked-set.js'

export interface PendingOwner {
  delete(pending: Pending<never>): void
}

/** What a caller waits for: settled once, by an answer, a deadline, a signal or the end of the node. */
export class Pending<T> implements Linked {
  linkedBefore: Linked | undefined = undefined
  linkedAfter: Linked | undefined = undefined
  settled = false

  constructor(
    private readonly owner: PendingOwner,
    readonly sizeBytes: number,
    /** On the node's clock. */
    public deadlineMs: number,
    private readonly signal: CancelSignal | undefined,
    private readonly fulfill: (value: T) => void,
    private readonly fail: (error: Error) => void,
  ) {
    signal?.addEventListener('abort', this)
  }

  /** Called by the signal. */
  handleEvent(): void {
    this.refuse(this.givenUp(this.signal?.reason))
  }

  /** What a caller hears whose signal aborted for `reason`. */
  protected givenUp(reason: unknown): MetastoreError {
    return readGivenUp(reason)
  }

  /** Called when the deadline has come. */
  expire(): void {
    this.refuse(new MetastoreError('request-timed-out'))
  }

  respond(value: T): void {
    if (this.release()) this.fulfill(value)
  }

  refuse(error: Error): void {
    if (this.release()) this.fail(error)
  }

  private release(): boolean {
    if (this.settled) return false
    this.settled = true
    this.owner.delete(this)
    this.signal?.removeEventListener('abort', this)
    return true
  }
}

interface PendingLimits {
  readonly count: number
  readonly bytes: number
}

/** All that is pending, bounded by number and size. */
export class PendingSet<P extends Pending<never>> {
  /** What every new request is refused with; undefined: they are taken. */
  private refusal: MetastoreError | undefined
  private readonly pending = new LinkedSet<P>()
  private bytes = 0

  constructor(private readonly limits: PendingLimits) {}

  get count(): number {
    return this.pending.size
  }

  /** Why a request may not come in now; undefined: it may. */
  refusalOf(sizeBytes: number): MetastoreError | undefined {
    if (this.refusal !== undefined) return this.refusal
    const { count, bytes } = this.limits
    const fits = this.pending.size === 0 || this.bytes + sizeBytes <= bytes
    return this.pending.size < count && fits ? undefined : new MetastoreError('too-many-requests')
  }

  [Symbol.iterator](): Iterator<P> {
    return this.pending[Symbol.iterator]()
  }

  add(pending: P): void {
    this.pending.add(pending)
    this.bytes += pending.sizeBytes
  }

  delete(pending: P): void {
    if (this.pending.delete(pending)) this.bytes -= pending.sizeBytes
  }

  expire(nowMs: number): void {
    for (const pending of this.pending) if (pending.deadlineMs <= nowMs) pending.expire()
  }

  refuse(error: MetastoreError, which: (pending: P) => boolean): void {
    for (const pending of this.pending) if (which(pending)) pending.refuse(error)
  }

  /** From here on nothing is taken. */
  refuseNew(error: MetastoreError): void {
    this.refusal ??= error
  }

  /** Refuses all that is pending and all that will come. */
  refuseAll(error: MetastoreError): void {
    this.refuseNew(error)
    for (const pending of this.pending) pending.refuse(error)
  }
}
