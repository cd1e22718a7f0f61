import { MetastoreError } from '../base/errors.js'
import type { Engine } from '../engine/index.js'
import { publishedMember } from '../mvcc/index.js'
import { type Configuration, membersOf } from '../node/index.js'

/** A member of the cluster as it was founded. */
export interface StaticMember {
  readonly id: bigint
  readonly name: string
  readonly peerUrls: readonly string[]
}

/** What a member tells about itself. */
export interface MemberAttributes extends StaticMember {
  readonly clientUrls: readonly string[]
}

/** A member of the cluster. A name that is empty, and no client URLs: it has not been heard of yet. */
export interface MemberInfo extends MemberAttributes {
  readonly isLearner: boolean
}

export interface MembersParts {
  readonly engine: Engine
  readonly configuration: () => Configuration
  /** Stand in for members that have not told about themselves. */
  readonly staticMembers: readonly StaticMember[]
}

/**
 * Who is in the cluster. That the Raft configuration alone says; names and URLs come from what each
 * member has published.
 */
export class Members {
  readonly #parts: MembersParts

  constructor(parts: MembersParts) {
    this.#parts = parts
  }

  /** As applied here, by id. */
  list(): MemberInfo[] {
    const configuration = this.#parts.configuration()
    const { learners } = configuration
    const ids = membersOf(configuration).sort((left, right) => (left < right ? -1 : 1))
    return ids.map((id) => ({ ...this.#attributesOf(id), isLearner: learners.includes(id) }))
  }

  /** @throws MetastoreError `bad-leader-transferee` unless the member has a vote */
  requireVoter(id: bigint): void {
    const { voters } = this.#parts.configuration()
    if (!voters.includes(id)) throw new MetastoreError('bad-leader-transferee')
  }

  #attributesOf(id: bigint): MemberAttributes {
    const published = publishedMember(this.#parts.engine, id)
    if (published !== undefined) {
      const { name, peerUrls, clientUrls } = published
      return { id, name, peerUrls, clientUrls }
    }
    const founding = this.#parts.staticMembers.find((member) => member.id === id)
    return { id, name: '', peerUrls: [], ...founding, clientUrls: [] }
  }
}
