import { CancelSource } from '../base/cancel-signal.js'
import type { Clock } from '../base/clock.js'
import { MetastoreError } from '../base/errors.js'
import { pause } from '../base/pause.js'
import type { Engine } from '../engine/index.js'
import { publishedMember } from '../mvcc/index.js'
import type { RaftNode } from '../node/index.js'
import { PublishMember } from '../wire/index.js'
import type { MemberAttributes } from './members.js'
import type { Proposer } from './proposer.js'

const retryDelayMs = 1000

export interface SelfPublisherParts {
  readonly engine: Engine
  readonly node: RaftNode
  readonly proposer: Proposer
  readonly clock: Clock
  readonly onTrouble: (what: string, error: unknown) => void
}

/** Tells the cluster this member's name and URLs, unless it knows them; tries until that is done. */
export class SelfPublisher {
  readonly #parts: SelfPublisherParts
  readonly #stop = new CancelSource()

  constructor(parts: SelfPublisherParts) {
    this.#parts = parts
  }

  /** Resolves when the cluster knows, or this is closed. Called once. */
  async publish({ id, name, peerUrls, clientUrls }: MemberAttributes): Promise<void> {
    const { node, engine, proposer, clock } = this.#parts
    const signal = this.#stop
    const self = PublishMember.create({ memberId: id, name, peerUrls, clientUrls })
    const encoded = PublishMember.encode(self)
    while (!signal.aborted) {
      try {
        await node.readIndex({ signal })
        const known = publishedMember(engine, id)
        if (known !== undefined && encoded.equals(PublishMember.encode(known))) return
        await proposer.propose({ publishMember: self }, { signal })
        return
      } catch (error) {
        this.#report(error)
      }
      await pause(clock, retryDelayMs, signal)
    }
  }

  /** Idempotent. */
  close(): void {
    this.#stop.abort(new MetastoreError('server-stopped'))
  }

  /** That no leader is there yet is nothing to speak of. */
  #report(error: unknown): void {
    if (this.#stop.aborted) return
    const expected = error instanceof MetastoreError && error.status === 'Unavailable'
    if (!expected) this.#parts.onTrouble('telling the cluster about this member', error)
  }
}
