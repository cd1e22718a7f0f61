export { type Configuration, membersOf } from '../raft/index.js'
export { InMemoryNetwork } from './in-memory-network.js'
export type { TornTail } from './log/raft-log.js'
export type {
  NodeStorage,
  ProposalLimits,
  ProposeOptions,
  RaftNodeOptions,
  ReadIndexOptions,
  WaitOptions,
} from './options.js'
export type { QuestionHandler } from './questions.js'
export { RaftNode } from './raft-node.js'
export type { RaftStatus } from './raft-status.js'
export type { RoleListener } from './role-listeners.js'
export type {
  AppliedEntry,
  ReceivedState,
  SnapshotCapture,
  SnapshotSource,
  StateMachine,
} from './state-machine.js'
export type { PeerMessage, PeerReceiver, SnapshotRequest, Transport } from './transport.js'
