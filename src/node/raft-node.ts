import type { Role } from '../raft/types.js'
import type { ProposeOptions, RaftNodeOptions, ReadIndexOptions } from './options.js'
import type { RaftStatus } from './raft-status.js'

/** One member of one Raft group: drives the core, the log, the state machine and the transport. */
export class RaftNode {
  /**
   * Opens log and snapshots, brings the state machine up to the newest snapshot, and starts. A single
   * voter becomes leader at once.
   * @throws MetastoreError `log-corrupt`, `data-corrupt`, `data-directory-unusable`, `no-space`,
   *   `disk-failed`
   */
  static async open(options: RaftNodeOptions): Promise<RaftNode> {
    return new RaftNode(options)
  }

  private constructor(private readonly options: RaftNodeOptions) {}

  /**
   * R7: the one place where anything is proposed. Resolves with what the state machine responded,
   * once the entry is durable on a quorum and applied; rejects with what it refused, or with
   * `no-leader`, `leader-changed`, `too-many-requests`, `request-timed-out`, `request-canceled`,
   * `no-space` or `server-stopped`. `payload` must not be empty nor changed afterwards.
   */
  propose(payload: Buffer, attachment: unknown, options?: ProposeOptions): Promise<unknown> {
    void [payload, attachment, options]
    throw new Error('not written yet')
  }

  /** Resolves when the applied state holds everything that was acknowledged before the call. */
  readIndex(options?: ReadIndexOptions): Promise<void> {
    void options
    throw new Error('not written yet')
  }

  /** R2. */
  status(): RaftStatus {
    return {
      nodeId: this.options.memberId,
      term: 0,
      leaderId: 0n,
      state: 'unknown',
      applied: 0,
      commit: 0,
    }
  }

  /** Called with every new role, and at once with the present one. Returns what ends it. */
  onRoleChange(listener: (role: Role, term: number) => void): () => void {
    void listener
    return () => {}
  }

  /** Answers what is pending with `server-stopped`, finishes the log, stops. Idempotent. */
  async close(): Promise<void> {}
}
