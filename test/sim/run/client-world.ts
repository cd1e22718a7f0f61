import type { Random } from '../../../src/base/random.js'
import type { Store } from '../../../src/store/index.js'
import type { Chronicle } from '../check/chronicle.js'
import type { History } from '../check/history.js'
import type { LeasePromises } from '../check/lease-promises.js'
import type { SimulatedClock } from '../simulated-clock.js'
import type { Serving, SimulatedMember } from './member.js'
import type { Swarm } from './swarm.js'

/** What a client hears of a call: an answer, an error, or nothing when the member's process ends. */
export interface Heard<T> {
  readonly outcome: T | undefined
  readonly error: unknown
}

/** The run as clients see it. */
export class ClientWorld {
  /** Clients end after what they are at. */
  over = false

  constructor(
    readonly clock: SimulatedClock,
    readonly random: Random,
    readonly swarm: Swarm,
    readonly members: readonly SimulatedMember[],
    readonly history: History,
    readonly chronicle: Chronicle,
    readonly leases: LeasePromises,
    readonly note: (text: string) => void,
    /** Ends the run with what the promise is rejected with. */
    readonly beside: (life: Promise<void>) => void,
  ) {}

  anyMember(): SimulatedMember {
    return this.members[this.random.below(this.members.length)] as SimulatedMember
  }

  wait(delayMs: number): Promise<void> {
    return new Promise((resolve) => void this.clock.schedule(delayMs, resolve))
  }

  /** The call reaches the process when that does not stand still. */
  heard<T>(
    member: SimulatedMember,
    { process, store }: Serving,
    ask: (store: Store) => Promise<T>,
  ): Promise<Heard<T>> {
    return new Promise((resolve) => {
      const forget = member.onEnd(() => resolve({ outcome: undefined, error: undefined }))
      const end = (heard: Heard<T>) => {
        forget()
        resolve(heard)
      }
      process.run(() => {
        ask(store).then(
          (outcome) => end({ outcome, error: undefined }),
          (error: unknown) => end({ outcome: undefined, error }),
        )
      })
    })
  }
}
