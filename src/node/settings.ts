import type { ProposalLimits, RaftNodeOptions } from './options.js'

const mebibyte = 1024 * 1024

/** What a node goes by, with the defaults filled in. */
export interface NodeSettings {
  readonly tickMs: number
  readonly electionTicks: number
  readonly heartbeatTicks: number
  readonly initialElectionTickAdvance: boolean
  readonly requestTimeoutMs: number
  readonly proposalLimits: ProposalLimits
  readonly snapshotThresholdBytes: number
  readonly catchUpEntries: number
  readonly defer: (callback: () => void) => void
}

export function settingsOf(options: RaftNodeOptions): NodeSettings {
  return {
    tickMs: options.tickMs ?? 100,
    electionTicks: options.electionTicks ?? 10,
    heartbeatTicks: options.heartbeatTicks ?? 1,
    initialElectionTickAdvance: options.initialElectionTickAdvance ?? true,
    requestTimeoutMs: options.requestTimeoutMs ?? 7_000,
    proposalLimits: options.proposalLimits ?? { count: 32_768, bytes: 128 * mebibyte },
    snapshotThresholdBytes: options.storage?.snapshotThresholdBytes ?? 64 * mebibyte,
    catchUpEntries: options.catchUpEntries ?? 10_000,
    defer: options.defer ?? ((callback) => void setImmediate(callback)),
  }
}
