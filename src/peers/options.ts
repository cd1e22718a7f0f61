import type { Clock } from '../base/clock.js'
import type { Logger } from '../base/logger.js'
import type { Random } from '../base/random.js'
import type { MemberId } from '../raft/index.js'

/** Where peers are reached: the URLs of each, tried in turn. */
export type PeerUrls = ReadonlyMap<MemberId, readonly string[]>

export interface PeerNetworkOptions {
  readonly memberId: MemberId
  readonly clusterId: bigint
  /** This member itself may be among them, and is passed over. */
  readonly peers: PeerUrls
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly limits?: Partial<PeerLimits>
  /** Runs a callback when what runs now has sent what it has. Default `queueMicrotask`. */
  readonly defer?: (callback: () => void) => void
}

/** Bounds of what is sent and awaited. */
export interface PeerLimits {
  /** A larger message is neither sent nor taken. Default 16 MiB. */
  readonly maxMessageBytes: number
  /** What may wait for the way to one peer of small messages, in bytes; beyond, new ones are dropped. Default 4 MiB. */
  readonly maxSmallBytes: number
  /** The same of appends and proposals. Default 64 MiB. */
  readonly maxBulkBytes: number
  /** Messages sent as one; one alone may be larger. Default 256 KiB. */
  readonly maxBatchBytes: number
  /**
   * Bytes of appends and proposals on the way to a peer without a receipt. What is on the way is what a
   * heartbeat may have to queue behind, in sockets of either side. At least the
   * 64 KiB for which a receipt comes. Default 1 MiB.
   */
  readonly bulkWindowBytes: number
  /** Questions to one peer without an answer; beyond: `too-many-requests`. Default 1,000. */
  readonly maxQuestions: number
  /** Until a peer has welcomed us. Default 1,000. */
  readonly connectTimeoutMs: number
  /** The pause after a first try in vain; it doubles. Default 50. */
  readonly firstPauseMs: number
  /** Default 2,000. */
  readonly longestPauseMs: number
  /** A peer that is silent for two to three of these is taken to be gone. Default 2,000. */
  readonly pingIntervalMs: number
}

const defaultPeerLimits: PeerLimits = {
  maxMessageBytes: 16 * 1024 * 1024,
  maxSmallBytes: 4 * 1024 * 1024,
  maxBulkBytes: 64 * 1024 * 1024,
  maxBatchBytes: 256 * 1024,
  bulkWindowBytes: 1024 * 1024,
  maxQuestions: 1000,
  connectTimeoutMs: 1000,
  firstPauseMs: 50,
  longestPauseMs: 2000,
  pingIntervalMs: 2000,
}

/** What the parts of a network share. */
export interface PeerSettings extends PeerLimits {
  readonly memberId: MemberId
  readonly clusterId: bigint
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly defer: (callback: () => void) => void
}

export function settingsOf(options: PeerNetworkOptions): PeerSettings {
  const { memberId, clusterId, clock, random, logger, limits, defer = queueMicrotask } = options
  return { ...defaultPeerLimits, ...limits, memberId, clusterId, clock, random, logger, defer }
}
