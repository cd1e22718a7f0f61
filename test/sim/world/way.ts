import type { Clock } from '../../../src/base/clock.js'
import type { Random } from '../../../src/base/random.js'
import type { PeerMessage, PeerReceiver } from '../../../src/node/index.js'
import type { SimulatedProcess } from './process.js'

/** How a network behaves between two members that can reach each other. Shares are per thousand. */
export interface NetworkConditions {
  readonly leastDelayMs: number
  readonly mostDelayMs: number
  readonly lost: number
  readonly repeated: number
  /** Messages that take up to {@link slowMs} instead. */
  readonly slow: number
  readonly slowMs: number
  /** Whether messages of one member to another arrive in the order they left. */
  readonly ordered: boolean
  /** Snapshots that break off, at each piece. */
  readonly broken: number
}

/** What a network is to its ends. */
export interface Way {
  readonly conditions: NetworkConditions
  readonly clock: Clock
  readonly random: Random
  /** Hears of every snapshot that begins its way. */
  readonly onSnapshot: () => void
  /** The other end, while its life lasts. */
  endpointOf(member: bigint): End | undefined
  isCut(from: bigint, to: bigint): boolean
  chance(perThousand: number): boolean
  carry(message: PeerMessage): void
  /** A member receives from now on. */
  opened(member: bigint): void
  /** Calls back at the other end, unless the way is cut by then. */
  afterWay(from: bigint, to: bigint, arrive: () => void, fail: () => void): void
}

/** One end of a network, for one life of a member. */
export interface End {
  readonly process: SimulatedProcess
  /** Hands something to the receiver when its process runs. */
  take(deliver: (receiver: PeerReceiver) => void): void
  /** `broken` is called when this end goes away. Returns what forgets it. */
  onEnd(broken: () => void): () => void
}

/** What a conversation ends with when one side has gone, or the way between is cut. */
export class BrokenConnection extends Error {
  constructor() {
    super('the connection broke')
  }
}
