import { MetastoreError } from '../../src/base/errors.js'
import type { LeaseRemainder } from '../../src/store/leases/lease-checkpoints.js'
import { Lessor } from '../../src/store/leases/lessor.js'
import { FakeClock, settled } from '../watch/fake-clock.js'
import { extraMs, lateRenewalTimeoutMs } from './lessor-setup.js'

interface Proposal {
  readonly remainders: readonly LeaseRemainder[]
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** Members that hear of one log, whose proposals wait until they are applied in turn. */
export class CheckpointSetup {
  readonly clock = new FakeClock()
  readonly members: readonly Lessor[]
  readonly errors: unknown[] = []
  private readonly log: Proposal[] = []

  constructor(enabled = true, memberCount = 1) {
    this.members = Array.from(
      { length: memberCount },
      () =>
        new Lessor({
          clock: this.clock,
          pace: { maxBatch: 10, pauseMs: 10, retryDelayMs: 500 },
          expire: async (ids) => {
            for (const id of ids) for (const member of this.members) member.revoked(id)
          },
          checkpoints: enabled,
          lateRenewalTimeoutMs,
          checkpoint: (remainders) =>
            new Promise((resolve, reject) => this.log.push({ remainders, resolve, reject })),
          onError: (_what, error) => this.errors.push(error),
        }),
    )
  }

  get lessor(): Lessor {
    return this.member(0)
  }

  member(index: number): Lessor {
    const member = this.members[index]
    if (member === undefined) throw new Error(`there is no member ${index}`)
    return member
  }

  /** Proposals that wait, as id to seconds. */
  get waiting(): Record<string, number>[] {
    return this.log.map(({ remainders }) =>
      Object.fromEntries(remainders.map(({ id, remainingSeconds }) => [id, remainingSeconds])),
    )
  }

  grant(id: bigint, ttlSeconds: number): void {
    for (const member of this.members) member.granted(id, ttlSeconds)
  }

  /** The next proposal is applied on all members. */
  async applyNext(): Promise<void> {
    const next = this.log.shift()
    if (next === undefined) throw new Error('nothing is proposed')
    for (const { id, remainingSeconds } of next.remainders) {
      const noted = remainingSeconds === 0 ? undefined : remainingSeconds
      for (const member of this.members) member.checkpointed(id, noted)
    }
    next.resolve()
    await settled()
  }

  /** The next proposal fails for its proposer. */
  async failNext(): Promise<void> {
    this.log.shift()?.reject(new MetastoreError('request-timed-out'))
    await settled()
  }

  /** Lets time pass while everything that is proposed is applied. */
  async run(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      await this.clock.advance(1000)
      while (this.log.length > 0) await this.applyNext()
    }
  }

  lead(index: number): void {
    for (const member of this.members) member.demote()
    this.member(index).promote(extraMs)
  }
}
