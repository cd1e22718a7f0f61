import type { CancelSignal } from '../base/cancel-signal.js'
import type { MemberId, Message } from '../raft/types.js'

/** Raft's request to take in a snapshot, whose pieces travel beside it. */
export type SnapshotRequest = Extract<Message, { type: 'snapshot-request' }>

interface NodeMessageBase {
  readonly from: MemberId
  readonly to: MemberId
}

/** What nodes say to each other beside Raft's own messages. Each may be lost, repeated or reordered as well. */
export type NodeMessage =
  /** A follower passes proposals on to the leader; `payloads` are what the log holds, envelope included. */
  | (NodeMessageBase & {
      readonly type: 'proposals'
      /**
       * Only as the leader of this term may the receiver take them: a copy that arrives later, when the sender
       * may have turned to the next leader, must not be proposed again.
       */
      readonly term: number
      readonly payloads: readonly Uint8Array[]
    })
  /** Such proposals that were not taken, by the counters of their envelopes. They will not take place. */
  | (NodeMessageBase & {
      readonly type: 'proposals-refused'
      /** The run of the process that proposed, as the envelopes say it. */
      readonly run: number
      readonly counters: readonly number[]
      readonly reason: 'no-leader' | 'too-many-requests'
    })
  /** A follower asks the leader from which applied index on its reads are linearizable. A fresh id for every try. */
  | (NodeMessageBase & {
      readonly type: 'read-index-request'
      readonly run: number
      readonly requestId: number
    })
  | (NodeMessageBase & {
      readonly type: 'read-index-response'
      readonly run: number
      readonly requestId: number
      readonly index: number
    })

export type PeerMessage = Message | NodeMessage

export function isNodeMessage(message: PeerMessage): message is NodeMessage {
  switch (message.type) {
    case 'proposals':
    case 'proposals-refused':
    case 'read-index-request':
    case 'read-index-response':
      return true
    default:
      return false
  }
}

/** What a transport brings to its member. */
export interface PeerReceiver {
  /** Takes a message without waiting. */
  receive(message: PeerMessage): void
  /** A hint that messages can reach `peer` now: a member that restarts among others that run can elect soon. */
  connected(peer: MemberId): void
  /**
   * Takes in a snapshot. Resolves when it is installed durably, or is not needed any more; rejects when
   * it was not taken. Reads `pieces` to their end or breaks off.
   */
  receiveSnapshot(request: SnapshotRequest, pieces: AsyncIterable<Buffer>): Promise<void>
  /** Answers a question of another member. What it throws reaches the asker with code and text. */
  answer(from: MemberId, question: Buffer, signal: CancelSignal): Promise<Buffer>
}

/** Carries what is said between the members of one group. */
export interface Transport {
  /** From here on what arrives for this member goes to `receiver`. Called once. */
  start(receiver: PeerReceiver): void
  /**
   * Hands messages over without waiting. Bounded: what does not fit is dropped. Each may be lost, repeated
   * or reordered. Never a `snapshot-request`.
   */
  send(messages: readonly PeerMessage[]): void
  /**
   * Carries a snapshot to `request.to`. Resolves and rejects as the receiver's `receiveSnapshot` does, or
   * rejects when the way there failed. Reads `pieces` no faster than the receiver, who gets the same
   * bytes, in parts of any size.
   */
  sendSnapshot(
    request: SnapshotRequest,
    pieces: AsyncIterable<Buffer>,
    signal: CancelSignal,
  ): Promise<void>
  /**
   * Asks another member a question; it may have been answered even when this rejects.
   * @throws MetastoreError what the member threw; `no-leader` when it cannot be reached
   */
  ask(to: MemberId, question: Buffer, signal: CancelSignal): Promise<Buffer>
  /** Nothing is received any more; what is under way is given up. Idempotent. */
  close(): Promise<void>
}
