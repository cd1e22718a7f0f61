import { MetastoreError } from '../../src/base/errors.js'
import { Lessor } from '../../src/store/leases/lessor.js'
import { FakeClock, settled } from '../watch/fake-clock.js'

export const extraMs = 1000
export const retryDelayMs = 500
export const pauseMs = 10
export const secondMs = 1000
export const lateRenewalTimeoutMs = 7000

/** A lessor whose proposals wait until the test answers them. */
export class LessorSetup {
  readonly clock = new FakeClock()
  readonly lessor: Lessor
  readonly errors: unknown[] = []
  /** All batches proposed, and how to answer the last. */
  readonly batches: (readonly bigint[])[] = []
  private answer: { resolve: () => void; reject: (error: unknown) => void } | undefined

  constructor(maxBatch = 100) {
    this.lessor = new Lessor({
      clock: this.clock,
      pace: { maxBatch, pauseMs, retryDelayMs },
      expire: (ids) => {
        this.batches.push(ids)
        return new Promise((resolve, reject) => {
          this.answer = { resolve, reject }
        })
      },
      checkpoints: false,
      lateRenewalTimeoutMs,
      checkpoint: () => Promise.reject(new Error('nothing is noted here')),
      onError: (_what, error) => this.errors.push(error),
    })
  }

  /** Batches since the last call. */
  proposed(): (readonly bigint[])[] {
    return this.batches.splice(0)
  }

  /** The last proposal has been applied. */
  async commit(ids: readonly bigint[]): Promise<void> {
    for (const id of ids) this.lessor.revoked(id)
    this.answer?.resolve()
    await settled()
  }

  /** As {@link commit}, and the pause after it is over. */
  async commitAndGoOn(ids: readonly bigint[]): Promise<void> {
    await this.commit(ids)
    await this.clock.advance(pauseMs)
  }

  async fail(error: unknown = new MetastoreError('request-timed-out')): Promise<void> {
    this.answer?.reject(error)
    await settled()
  }
}

export function leading(maxBatch?: number): LessorSetup {
  const setup = new LessorSetup(maxBatch)
  setup.lessor.promote(extraMs)
  return setup
}
