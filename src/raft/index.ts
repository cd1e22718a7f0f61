export { decodeChange } from './change-codec.js'
export type { ConfigurationChange, ConfigurationStep } from './configuration-change.js'
export {
  configurationOf,
  defaultRaftLimits,
  initialHardState,
  type LogPosition,
  type RaftLimits,
  type RaftOptions,
  type StoredLog,
} from './options.js'
export { membersOf, takesPart } from './quorum.js'
export { Raft } from './raft.js'
export type {
  ChangeResult,
  LogExtent,
  MemberProgress,
  ProposeResult,
  RaftCoreStatus,
} from './results.js'
export type { TransferResult } from './transfer.js'
export {
  type Configuration,
  type Entry,
  type HardState,
  type MemberId,
  type Message,
  noMember,
  type Proposal,
  type ReadState,
  type Ready,
  type Role,
  type SnapshotMetadata,
  type SoftState,
} from './types.js'
