import { asBuffer, emptyBuffer } from '../base/bytes.js'
import { invariant, MetastoreError, messageOf } from '../base/errors.js'
import type { Entry, LogPosition } from '../raft/index.js'
import { unwrap } from './proposals/envelope.js'
import { PendingProposal } from './proposals/pending-proposal.js'
import type { AppliedEntry, StateMachine } from './state-machine.js'

/** More at once would hold up heartbeats and other callers. */
const entriesAtOnce = 1024

/** A committed entry whose proposer does not wait in this process. */
class UnclaimedEntry implements AppliedEntry {
  readonly index: number
  readonly term: number
  readonly payload: Buffer
  readonly attachment = undefined

  constructor(entry: Entry) {
    this.index = entry.index
    this.term = entry.term
    this.payload = entry.kind === 'normal' ? unwrap(asBuffer(entry.data)) : emptyBuffer
  }

  respond(): void {}

  refuse(): void {}
}

interface ApplyPipelineOptions {
  readonly stateMachine: StateMachine
  readonly applied: LogPosition
  /** Finds who waits here for an entry that does not say so itself. */
  readonly claim: (entry: Entry) => PendingProposal | undefined
  /** Makes the membership changes among entries take effect, before the state machine hears of them. */
  readonly configure: (entries: readonly Entry[]) => Promise<void>
  /** Between two calls of the state machine. */
  readonly onApplied: (applied: LogPosition) => void
  /** Called whenever nothing is left to apply. */
  readonly onIdle: () => void
  /** Nothing is applied after it. */
  readonly onFailure: (error: Error) => void
  readonly defer: (callback: () => void) => void
}

/** Hands committed entries to the state machine in order, one call under way at a time. */
export class ApplyPipeline {
  private readonly queue: (readonly Entry[])[] = []
  private busy = false
  private stopped = false
  /** A promise of the state machine is awaited. */
  private calling = false
  private last: LogPosition
  private idle: (() => void)[] = []

  constructor(private readonly options: ApplyPipelineOptions) {
    this.last = options.applied
  }

  /** The last entry the state machine holds. */
  get applied(): LogPosition {
    return this.last
  }

  /** Nothing is being applied, and nothing waits for it. */
  get isIdle(): boolean {
    return !this.busy && !this.stopped
  }

  /** The state machine holds a snapshot now; what follows is applied to that. Called while idle. */
  reset(applied: LogPosition): void {
    invariant(this.isIdle, 'a state is replaced when nothing is being applied')
    this.last = applied
  }

  push(entries: readonly Entry[]): void {
    for (let start = 0; start < entries.length; start += entriesAtOnce) {
      const whole = entries.length <= entriesAtOnce
      this.queue.push(whole ? entries : entries.slice(start, start + entriesAtOnce))
    }
    if (!this.busy) this.run()
  }

  /** Drops what waits; resolves when no call is under way. Idempotent. */
  stop(): Promise<void> {
    this.stopped = true
    this.queue.length = 0
    return new Promise((resolve) => {
      if (this.calling) this.idle.push(resolve)
      else resolve()
    })
  }

  private run(): void {
    const entries = this.queue.shift()
    this.busy = entries !== undefined && !this.stopped
    if (entries === undefined || this.stopped) return
    if (entries.some(isChange)) this.configureFirst(entries)
    else this.apply(entries)
  }

  private configureFirst(entries: readonly Entry[]): void {
    this.calling = true
    this.options
      .configure(entries)
      .finally(() => this.endCall())
      .then(
        () => {
          if (!this.stopped) this.apply(entries)
        },
        (error) => this.fail(entries, error),
      )
  }

  private apply(entries: readonly Entry[]): void {
    try {
      const applying = this.claim(entries)
      const outcome = this.options.stateMachine.apply(applying)
      if (outcome === undefined) this.finish(applying)
      else this.finishLater(applying, outcome)
    } catch (error) {
      this.fail(entries, error)
    }
  }

  private claim(entries: readonly Entry[]): AppliedEntry[] {
    let expected = this.last.index
    return entries.map((entry) => {
      expected++
      invariant(entry.index === expected, 'entries are applied in order without gaps')
      const { attachment } = entry
      const proposal =
        attachment instanceof PendingProposal ? attachment : this.options.claim(entry)
      if (proposal === undefined) return new UnclaimedEntry(entry)
      proposal.index = entry.index
      proposal.term = entry.term
      return proposal
    })
  }

  private finishLater(applying: readonly AppliedEntry[], outcome: Promise<void>): void {
    this.calling = true
    outcome
      .finally(() => this.endCall())
      .then(() => {
        if (!this.stopped) this.finish(applying)
      })
      .catch((error) => this.fail(applying, error))
  }

  private endCall(): void {
    this.calling = false
    for (const resolve of this.idle.splice(0)) resolve()
  }

  private finish(applied: readonly AppliedEntry[]): void {
    const last = applied.at(-1) ?? this.last
    const reached = this.options.stateMachine.appliedIndex === last.index
    invariant(reached, 'the state machine has applied what it was given')
    this.last = { index: last.index, term: last.term }
    for (const entry of applied) {
      if (!(entry instanceof PendingProposal)) continue
      entry.letGo()
      if (entry.settled) continue
      entry.refuse(new MetastoreError('invariant-violated', 'the state machine did not respond'))
    }
    this.options.onApplied(this.last)
    this.busy = this.queue.length > 0
    if (this.busy) this.options.defer(() => this.run())
    else this.options.onIdle()
  }

  private fail(entries: readonly { readonly index: number }[], cause: unknown): void {
    this.queue.length = 0
    this.stopped = true
    const range = `${entries.at(0)?.index} to ${entries.at(-1)?.index}`
    const code = cause instanceof MetastoreError ? cause.code : 'invariant-violated'
    const message = `applying entries ${range} failed: ${messageOf(cause)}`
    this.options.onFailure(new MetastoreError(code, message, { cause }))
  }
}

function isChange({ kind }: Entry): boolean {
  return kind === 'configuration'
}
