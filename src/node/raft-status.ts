import type { MemberId, Role } from '../raft/types.js'

/** R2: the truth about a member's Raft node at this moment; never a made-up term or leader. */
export interface RaftStatus {
  readonly nodeId: MemberId
  readonly term: number
  /** 0n: no leader is known. */
  readonly leaderId: MemberId
  /** `standalone`: a store without Raft. `unknown`: a node that has not started or has stopped. */
  readonly state: Role | 'standalone' | 'unknown'
  readonly applied: number
  readonly commit: number
}
