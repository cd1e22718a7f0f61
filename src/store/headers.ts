import type { RaftNode } from '../node/index.js'
import { ResponseHeader } from '../wire/index.js'
import type { ReplicatedState } from './replicated-state.js'

/** Headers of responses: who answers, in which term, at which revision. */
export class Headers {
  readonly #clusterId: bigint
  readonly #memberId: bigint
  readonly #state: ReplicatedState
  readonly #node: RaftNode

  constructor(clusterId: bigint, state: ReplicatedState, node: RaftNode) {
    this.#clusterId = clusterId
    this.#memberId = node.status().nodeId
    this.#state = state
    this.#node = node
  }

  now(): ResponseHeader {
    return this.at(this.#state.revision)
  }

  at(revision: number): ResponseHeader {
    return ResponseHeader.create({
      clusterId: this.#clusterId,
      memberId: this.#memberId,
      revision,
      raftTerm: this.#node.term,
    })
  }

  /** Completes the header of an applied command's answer, which holds the revision alone. */
  complete<Response extends { header: ResponseHeader | undefined }>(response: Response): Response {
    response.header = this.at(response.header?.revision ?? 0)
    return response
  }
}
