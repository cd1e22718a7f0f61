import type { CancelSignal, CancelSource } from '../base/cancel-signal.js'
import type { Clock } from '../base/clock.js'
import { hasCode, MetastoreError } from '../base/errors.js'
import { cancellable, readGivenUp, unlessAborted } from '../base/given-up.js'
import { type MemberId, noMember, type Raft } from '../raft/index.js'
import type { LeaderWaits } from './leader-waits.js'
import type { WaitOptions } from './options.js'
import type { Transport } from './transport.js'

/** Questions of other members under way at once; more are refused. */
const maxQuestions = 4096

export type QuestionHandler = (question: Buffer, signal: CancelSignal) => Promise<Buffer>

interface QuestionsOptions {
  readonly memberId: MemberId
  readonly raft: Raft
  readonly clock: Clock
  readonly transport: Transport | undefined
  readonly waits: LeaderWaits
  readonly timeoutMs: number
  /** Until a leader that could not answer is asked again. */
  readonly retryMs: number
}

interface Asking {
  /** Aborted when the asker gives up. */
  readonly source: CancelSource
  readonly deadlineMs: number
  /** Who has been asked and has not answered. */
  leaderId: MemberId
}

/** Brings questions to whoever leads, and answers those that come while this member does. */
export class Questions {
  private handler: QuestionHandler | undefined
  private readonly asking = new Set<CancelSource>()
  private answering = 0
  private closed = false

  constructor(private readonly options: QuestionsOptions) {}

  handleWith(handler: QuestionHandler): void {
    this.handler = handler
  }

  async ask(question: Buffer, options: WaitOptions): Promise<Buffer> {
    const { clock } = this.options
    const { signal, timeoutMs = this.options.timeoutMs } = options
    if (this.closed) throw new MetastoreError('server-stopped')
    if (signal?.aborted) throw readGivenUp(signal.reason)
    const deadlineMs = clock.nowMs() + timeoutMs
    const run = (source: CancelSource) =>
      this.askInTime(question, { source, leaderId: noMember, deadlineMs })
    return cancellable(signal, run, readGivenUp)
  }

  /** For the transport, and for this member itself. */
  async answer(question: Buffer, signal: CancelSignal): Promise<Buffer> {
    const { handler } = this
    if (handler === undefined || this.closed || this.options.raft.status().role !== 'leader') {
      throw new MetastoreError('not-leader')
    }
    if (this.answering >= maxQuestions) throw new MetastoreError('too-many-requests')
    this.answering++
    try {
      return await handler(question, signal)
    } finally {
      this.answering--
    }
  }

  /** Ends all questions under way. Idempotent. */
  close(): void {
    this.closed = true
    for (const source of this.asking) source.abort(new MetastoreError('server-stopped'))
  }

  private async askInTime(question: Buffer, asking: Asking): Promise<Buffer> {
    const { source, deadlineMs } = asking
    const { clock } = this.options
    const timer = clock.schedule(deadlineMs - clock.nowMs(), () => {
      const asked = asking.leaderId !== noMember
      source.abort(new MetastoreError(asked ? 'request-timed-out' : 'no-leader'))
    })
    this.asking.add(source)
    try {
      return await this.askWhoLeads(question, asking)
    } finally {
      timer.cancel()
      this.asking.delete(source)
    }
  }

  private async askWhoLeads(question: Buffer, asking: Asking): Promise<Buffer> {
    const { clock, retryMs } = this.options
    let refusedBy = noMember
    let retryAtMs = 0
    while (true) {
      const mayAsk = (leaderId: MemberId) => leaderId !== refusedBy || clock.nowMs() >= retryAtMs
      asking.leaderId = await this.leaderWhom(mayAsk, asking)
      try {
        return await this.askMember(question, asking)
      } catch (error) {
        if (asking.source.aborted || !isElsewhere(error)) throw error
      }
      refusedBy = asking.leaderId
      asking.leaderId = noMember
      retryAtMs = clock.nowMs() + retryMs
    }
  }

  private async leaderWhom(mayAsk: (leaderId: MemberId) => boolean, asking: Asking) {
    const { raft, waits } = this.options
    const { source: signal, deadlineMs } = asking
    await waits.until(({ leaderId }) => leaderId !== noMember && mayAsk(leaderId), {
      ...{ signal, deadlineMs, late: 'no-leader' },
    })
    return raft.status().leaderId
  }

  /** Gives up on a leader as soon as another one is known: one that has stopped would never answer. */
  private askMember(question: Buffer, asking: Asking): Promise<Buffer> {
    return cancellable(asking.source, (attempt) => this.attempt(question, asking, attempt))
  }

  private async attempt(
    question: Buffer,
    { leaderId, deadlineMs }: Asking,
    attempt: CancelSource,
  ): Promise<Buffer> {
    const { memberId, transport, waits } = this.options
    waits
      .until((status) => status.leaderId !== noMember && status.leaderId !== leaderId, {
        ...{ signal: attempt, deadlineMs, late: 'no-leader' },
      })
      .then(() => attempt.abort(new MetastoreError('not-leader')))
      .catch(() => {})
    try {
      const own = leaderId === memberId || transport === undefined
      const asked = own
        ? this.answer(question, attempt)
        : transport.ask(leaderId, question, attempt)
      return await unlessAborted(asked, attempt)
    } finally {
      attempt.abort(undefined)
    }
  }
}

function isElsewhere(error: unknown): boolean {
  return hasCode(error, 'not-leader', 'no-leader')
}
