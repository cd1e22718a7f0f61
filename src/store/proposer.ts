import { MetastoreError } from '../base/errors.js'
import type { Engine } from '../engine/index.js'
import type { CommandResponse } from '../mvcc/index.js'
import type { ProposeOptions, RaftNode } from '../node/index.js'
import { Command } from '../wire/index.js'
import type { Headers } from './headers.js'

/**
 * What etcd's own encoding of a write adds around the request: its limit is on that encoding, and
 * clients meet it to the byte.
 */
const encodingOverheadBytes = 13

export interface ProposerParts {
  readonly engine: Engine
  readonly node: RaftNode
  readonly headers: Headers
  /** Size of an encoded write; etcd's default is 1.5 MiB. */
  readonly maxRequestBytes: number
}

/** Turns commands into log entries, and what the log makes of them into answers. */
export class Proposer {
  readonly #parts: ProposerParts

  constructor(parts: ProposerParts) {
    this.#parts = parts
  }

  /**
   * Resolves with the command's answer once it is durable and applied.
   * @throws MetastoreError `request-too-large`, `too-many-requests`, `no-space`, the errors of
   *   {@link RaftNode.propose}, and those the command itself earns
   */
  propose<Response extends CommandResponse>(
    init: Partial<Command>,
    options: ProposeOptions | undefined,
  ): Promise<Response> {
    const { engine, node, maxRequestBytes } = this.#parts
    if (engine.failure !== undefined) return Promise.reject(engine.failure)
    if (engine.congested) return Promise.reject(new MetastoreError('too-many-requests'))
    const command = Command.create(init)
    const payload = Command.encode(command)
    if (payload.length + encodingOverheadBytes > maxRequestBytes) {
      return Promise.reject(new MetastoreError('request-too-large'))
    }
    const applied = node.propose(payload, command, options) as Promise<Response>
    return applied.then(this.#complete) as Promise<Response>
  }

  readonly #complete = (response: CommandResponse): CommandResponse =>
    this.#parts.headers.complete(response)
}
