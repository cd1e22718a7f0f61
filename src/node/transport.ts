import type { Message } from '../raft/types.js'

/** Carries messages between the members of a group; each may be lost, repeated or reordered. */
export interface Transport {
  /** Hands messages over without waiting; bounded, and what does not fit is dropped. */
  send(messages: readonly Message[]): void
  /** Called with every message that arrives for this member. One listener. */
  onMessage(listener: (message: Message) => void): void
  /** Idempotent. */
  close(): void
}
