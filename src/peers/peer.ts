import type { Address } from '../base/address.js'
import type { Timer } from '../base/clock.js'
import { errorCatalogue } from '../base/error-catalogue.js'
import { toHexId } from '../base/ids.js'
import type { PeerMessage } from '../node/index.js'
import type { MemberId } from '../raft/index.js'
import type { CallStatus } from '../rpc/call-status.js'
import type { ClientCall, ClientCallListener } from '../rpc/client/client-call.js'
import { ClientConnection } from '../rpc/client/client-connection.js'
import { PeerService } from './generated/services.js'
import { introduction } from './handshake.js'
import { Lane } from './lane.js'
import { isBulk, partsOf, sizeOf } from './message-size.js'
import type { PeerSettings } from './options.js'
import { QuietLog } from './quiet-log.js'

const unreachable = 'cannot reach peer'

/** The way to one peer: one connection, made again whenever it is lost. */
export class Peer {
  readonly id: MemberId
  readonly #settings: PeerSettings
  readonly #log: QuietLog
  readonly #onConnected: (peer: Peer) => void
  readonly #small: Lane
  readonly #bulk: Lane
  #addresses: readonly Address[]
  #state: 'connecting' | 'connected' | 'waiting' | 'closed' = 'waiting'
  #connection: ClientConnection | undefined
  #address: Address | undefined
  #timer: Timer | undefined
  /** Tries in vain since the last connection that lasted. */
  #failures = 0
  #connectedAtMs = 0
  #onSettled: (() => void)[] = []
  /** Questions without an answer. */
  questions = 0

  /** Begins to connect. `onConnected` is called each time messages can reach the peer again. */
  constructor(
    settings: PeerSettings,
    id: MemberId,
    addresses: readonly Address[],
    onConnected: (peer: Peer) => void,
  ) {
    this.id = id
    this.#settings = settings
    this.#addresses = addresses
    this.#onConnected = onConnected
    const { logger, clock, maxSmallBytes, maxBulkBytes, bulkWindowBytes } = settings
    this.#log = new QuietLog(logger.with({ peer: toHexId(id) }), clock)
    this.#small = this.#lane(maxSmallBytes, Number.POSITIVE_INFINITY)
    this.#bulk = this.#lane(maxBulkBytes, bulkWindowBytes)
    this.#connect()
  }

  get isConnected(): boolean {
    return this.#state === 'connected'
  }

  /** Where it was reached last; undefined: it cannot be reached. */
  get address(): Address | undefined {
    return this.#state === 'connected' ? this.#address : undefined
  }

  /** While there is no connection and none is being made, messages are dropped. */
  send(groupId: bigint, message: PeerMessage): void {
    if (this.#state !== 'connected' && this.#state !== 'connecting') return
    const bytes = sizeOf(message)
    if (bytes <= this.#settings.maxMessageBytes) {
      this.#push(groupId, message, bytes)
      return
    }
    for (const part of partsOf(message, this.#settings.maxMessageBytes)) {
      this.#push(groupId, part, sizeOf(part))
    }
  }

  /** Begins a call on the connection; undefined: the peer cannot be reached. */
  call(path: string, listener: ClientCallListener): ClientCall | undefined {
    if (this.#state !== 'connected') return undefined
    return this.#connection?.call(path, introduction(this.#settings, this.id), listener)
  }

  /** Calls `listener` once it is known whether the peer can be reached: now, or after the present try. */
  whenSettled(listener: () => void): void {
    if (this.#state === 'connecting') this.#onSettled.push(listener)
    else listener()
  }

  /** The peer was heard of: if this member waits before its next try, it tries now. */
  wake(): void {
    if (this.#state !== 'waiting') return
    this.#timer?.cancel()
    this.#connect()
  }

  /** A connection to an address that is no longer among them is given up. */
  setAddresses(addresses: readonly Address[]): void {
    this.#addresses = addresses
    const stays = ({ host, port }: Address): boolean =>
      host === this.#address?.host && port === this.#address.port
    if (this.#state === 'closed' || addresses.some(stays)) return
    this.#drop()
    this.#connect()
  }

  /** Idempotent. */
  close(): void {
    this.#drop()
    this.#state = 'closed'
    this.#settle()
  }

  #push(groupId: bigint, message: PeerMessage, bytes: number): void {
    if (bytes > this.#settings.maxMessageBytes) {
      this.#log.warn('dropped a message that is too large', { type: message.type, bytes })
    } else if (!(isBulk(message) ? this.#bulk : this.#small).push(groupId, message, bytes)) {
      this.#log.warn('dropped messages to a slow peer', { type: message.type })
    }
  }

  #lane(maxQueuedBytes: number, windowBytes: number): Lane {
    const { maxMessageBytes, defer } = this.#settings
    const maxBatchBytes = Math.min(this.#settings.maxBatchBytes, maxMessageBytes)
    return new Lane({
      maxQueuedBytes,
      maxBatchBytes,
      windowBytes,
      defer,
      onWelcome: () => this.#welcomed(),
      onEnd: (status) => this.#refused(status),
    })
  }

  #connect(): void {
    const { clock, pingIntervalMs, maxMessageBytes, connectTimeoutMs } = this.#settings
    const address = this.#addresses[this.#failures % Math.max(this.#addresses.length, 1)]
    if (address === undefined) {
      this.#failed('no address is known')
      return
    }
    this.#state = 'connecting'
    this.#address = address
    this.#timer = clock.schedule(connectTimeoutMs, () => this.#failed('no answer in time'))
    this.#connection = new ClientConnection({
      ...address,
      clock,
      pingIntervalMs,
      maxReceiveBytes: maxMessageBytes,
      onLost: (reason) => this.#failed(reason),
    })
    for (const lane of [this.#small, this.#bulk]) {
      const metadata = introduction(this.#settings, this.id)
      const call = this.#connection.call(PeerService.exchange.path, metadata, lane)
      if (call !== undefined) lane.open(call)
    }
  }

  #welcomed(): void {
    if (!this.#small.welcome || !this.#bulk.welcome) return
    this.#timer?.cancel()
    this.#state = 'connected'
    this.#connectedAtMs = this.#settings.clock.nowMs()
    this.#settings.logger.info('connected to peer', {
      peer: toHexId(this.id),
      address: this.#address,
    })
    this.#settle()
    this.#onConnected(this)
  }

  #refused({ message }: CallStatus): void {
    const { maxPause, reason } = refusalOf(message)
    this.#failed(reason, maxPause)
  }

  /** `maxPause`: trying again soon would change nothing. */
  #failed(reason: string, maxPause = false): void {
    if (this.#state === 'closed') return
    if (this.#state === 'connected') this.#forgive()
    this.#log.warn(unreachable, { address: this.#address, reason })
    this.#drop()
    this.#failures++
    this.#state = 'waiting'
    this.#timer = this.#settings.clock.schedule(this.#pauseMs(maxPause), () => this.#connect())
    this.#settle()
  }

  /** A connection that lasted makes what was before it past; one that breaks at once does not. */
  #forgive(): void {
    const { clock, longestPauseMs } = this.#settings
    if (clock.nowMs() - this.#connectedAtMs < longestPauseMs) return
    this.#failures = 0
    this.#log.forget(unreachable)
  }

  /** All addresses are tried before there is a pause; half of each pause is left to chance. */
  #pauseMs(maxPause: boolean): number {
    const { firstPauseMs, longestPauseMs, random } = this.#settings
    const count = Math.max(this.#addresses.length, 1)
    if (!maxPause && this.#failures % count !== 0) return 0
    const doublings = Math.min(Math.ceil(this.#failures / count) - 1, 30)
    const pauseMs = maxPause
      ? longestPauseMs
      : Math.min(firstPauseMs * 2 ** doublings, longestPauseMs)
    return pauseMs / 2 + random.below(Math.ceil(pauseMs / 2) + 1)
  }

  #drop(): void {
    this.#timer?.cancel()
    this.#small.close()
    this.#bulk.close()
    this.#connection?.destroy()
    this.#connection = undefined
  }

  #settle(): void {
    const listeners = this.#onSettled
    this.#onSettled = []
    for (const listener of listeners) listener()
  }
}

const mismatches = [
  [errorCatalogue['cluster-mismatch'].message, 'cluster ID mismatch'],
  [errorCatalogue['member-mismatch'].message, 'member ID mismatch'],
] as const

function refusalOf(message: string): { reason: string; maxPause: boolean } {
  const known = mismatches.find(([text]) => text === message)
  return { reason: known?.[1] ?? message, maxPause: known !== undefined }
}
