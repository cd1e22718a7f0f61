import type { CancelSignal } from '../base/cancel-signal.js'
import type { Clock } from '../base/clock.js'
import { MetastoreError } from '../base/errors.js'
import { readGivenUp } from '../base/given-up.js'
import type { Raft, RaftCoreStatus } from '../raft/index.js'
import { Pending, PendingSet } from './pending.js'

const maxWaits = 65_536

/** True: what was waited for holds. An error: it never will. */
type Condition = (status: RaftCoreStatus) => boolean | MetastoreError

interface WaitTerms {
  readonly signal?: CancelSignal | undefined
  readonly deadlineMs: number
  /** What it is refused with at the deadline. */
  readonly late: 'no-leader' | 'request-timed-out'
}

class LeaderWait extends Pending<void> {
  constructor(
    owner: PendingSet<LeaderWait>,
    readonly condition: Condition,
    private readonly terms: WaitTerms,
    fulfill: () => void,
    fail: (error: Error) => void,
  ) {
    super(owner, 0, terms.deadlineMs, terms.signal, fulfill, fail)
  }

  override expire(): void {
    this.refuse(new MetastoreError(this.terms.late))
  }
}

/** Whoever waits for something to become true of who leads. */
export class LeaderWaits {
  private readonly pending = new PendingSet<LeaderWait>({
    count: maxWaits,
    bytes: Number.POSITIVE_INFINITY,
  })

  constructor(
    private readonly raft: Raft,
    private readonly clock: Clock,
  ) {}

  async until(condition: Condition, terms: WaitTerms): Promise<void> {
    const { signal } = terms
    const refusal = signal?.aborted ? readGivenUp(signal.reason) : this.pending.refusalOf(0)
    if (refusal !== undefined) throw refusal
    const outcome = condition(this.raft.status())
    if (outcome instanceof MetastoreError) throw outcome
    if (outcome) return
    await new Promise<void>((fulfill, fail) => {
      this.pending.add(new LeaderWait(this.pending, condition, terms, fulfill, fail))
    })
  }

  /** Called with every tick and every change of who leads. */
  check(): void {
    if (this.pending.count === 0) return
    this.pending.expire(this.clock.nowMs())
    const status = this.raft.status()
    for (const wait of this.pending) {
      const outcome = wait.condition(status)
      if (outcome instanceof MetastoreError) wait.refuse(outcome)
      else if (outcome) wait.respond()
    }
  }

  refuseAll(error: MetastoreError): void {
    this.pending.refuseAll(error)
  }
}
