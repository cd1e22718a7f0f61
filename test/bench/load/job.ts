import type { Calls } from './calls.js'
import type { RecordedLatencies } from './latencies.js'

/** How long a row is driven, and how much of that is not counted. */
export interface Duration {
  readonly warmUpMs: number
  readonly measureMs: number
}

export interface Shape {
  readonly connections: number
  /** Calls under way on each connection. */
  readonly streams: number
}

/** What one process of the load generator is told to do, as data. */
export type LoadJob =
  /** Keeps a number of calls under way: each answer starts the next one. */
  | ({ readonly kind: 'closed loop'; readonly calls: Calls } & Shape & Duration & Part)
  /** Makes so many calls, again where one fails, and counts them all. */
  | ({ readonly kind: 'fill'; readonly calls: Calls; readonly count: number } & Shape & Part)
  /** Starts calls at a steady rate, whatever the answers do, until it is told to stop. */
  | ({
      readonly kind: 'open loop'
      readonly calls: Calls
      readonly connections: number
      readonly warmUpMs: number
    } & Rate &
      Part)
  /** Watches one key many times over, puts it, and counts the events. */
  | ({
      readonly kind: 'fan out'
      readonly connections: number
      readonly watchersPerConnection: number
      readonly underWay: number
    } & Duration)
  /** Renews leases 1 to `leases` in turn, at a rate or each stream as fast as it is answered. */
  | ({
      readonly kind: 'keep alive'
      readonly leases: number
      readonly connections: number
    } & Duration &
      Partial<Rate>)

interface Rate {
  readonly callsPerSecond: number
}

/** One of several processes does every `of`th call, starting with call number `index`. */
export interface Part {
  readonly index: number
  readonly of: number
}

export interface LoadResult {
  /** Calls, or events, that were counted. */
  readonly calls: number
  readonly failed: number
  /** How long it counted. */
  readonly elapsedMs: number
  readonly latencies: RecordedLatencies
}
