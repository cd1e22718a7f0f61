import type { Clock } from '../base/clock.js'
import { MetastoreError } from '../base/errors.js'
import { unlessAborted, writeGivenUp } from '../base/given-up.js'
import type { Engine } from '../engine/index.js'
import type { CommandResponse } from '../mvcc/index.js'
import type { ProposeOptions, RaftNode } from '../node/index.js'
import { Command } from '../wire/index.js'
import { WriteRoom } from './write-room.js'

/**
 * What etcd's own encoding of a write adds around the request: its limit is on that encoding, and
 * clients meet it to the byte.
 */
const encodingOverheadBytes = 13

export interface ProposerParts {
  readonly engine: Engine
  readonly clock: Clock
  readonly node: RaftNode
  /** Size of an encoded write; etcd's default is 1.5 MiB. */
  readonly maxRequestBytes: number
}

/** Turns commands into log entries, and what the log makes of them into answers. */
export class Proposer {
  readonly #parts: ProposerParts
  readonly #room: WriteRoom

  constructor(parts: ProposerParts) {
    this.#parts = parts
    this.#room = new WriteRoom(parts.engine, parts.clock)
  }

  /**
   * Resolves with the command's answer once it is durable and applied. Waits while the engine is behind.
   * @throws MetastoreError `request-too-large`, `too-many-requests`, `no-space`, the errors of
   *   {@link RaftNode.propose}, and those the command itself earns
   */
  propose<Response extends CommandResponse>(
    init: Partial<Command>,
    options: ProposeOptions | undefined,
  ): Promise<Response> {
    const { engine, maxRequestBytes } = this.#parts
    if (engine.failure !== undefined) return Promise.reject(engine.failure)
    const command = Command.create(init)
    const payload = Command.encode(command)
    if (payload.length + encodingOverheadBytes > maxRequestBytes) {
      return Promise.reject(new MetastoreError('request-too-large'))
    }
    return this.#room.isOpen
      ? this.#proposeNow(payload, command, options)
      : this.#proposeLater(payload, command, options)
  }

  /** Refuses what waits for room. Idempotent. */
  close(): void {
    this.#room.close()
  }

  #proposeNow<Response extends CommandResponse>(
    payload: Buffer,
    command: Command,
    options: ProposeOptions | undefined,
  ): Promise<Response> {
    return this.#parts.node.propose(payload, command, options) as Promise<Response>
  }

  async #proposeLater<Response extends CommandResponse>(
    payload: Buffer,
    command: Command,
    options: ProposeOptions | undefined,
  ): Promise<Response> {
    const room = this.#room.wait(payload.length)
    const signal = options?.signal
    await (signal === undefined ? room : unlessAborted(room, signal, writeGivenUp))
    return this.#proposeNow(payload, command, options)
  }
}
