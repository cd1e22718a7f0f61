import { hasCode, MetastoreError, messageOf } from '../base/errors.js'
import { toHexId } from '../base/ids.js'
import type { PeerReceiver } from '../node/index.js'
import type { MemberId } from '../raft/index.js'
import type { CallContext } from '../rpc/call-context.js'
import { type ResponseSink, type Route, stream, unary } from '../rpc/method.js'
import type {
  PeerAnswer,
  PeerError,
  PeerGroupMessages,
  PeerQuestion,
  PeerReceipt,
  PeerSnapshotPiece,
  PeerSnapshotReceipt,
} from '../wire/index.js'
import { fromWire } from './from-wire.js'
import { PeerService } from './generated/services.js'
import { callerOf, claimsOf } from './handshake.js'
import { type IncomingBatch, incomingBatch } from './incoming-batch.js'
import { dataIn, headIn } from './incoming-snapshot.js'
import type { PeerSettings } from './options.js'
import { QuietLog } from './quiet-log.js'
import { requestOf } from './snapshot-head.js'

export interface InboundOptions {
  readonly settings: PeerSettings
  readonly isPeer: (id: MemberId) => boolean
  /** Who takes what arrives for a group; undefined: nobody does. */
  readonly receiverOf: (groupId: bigint) => PeerReceiver | undefined
  /** A peer was heard of. */
  readonly onHeard: (id: MemberId) => void
}

/** Part of the protocol: a sender that waits for a receipt has sent at least this without one. */
const receiptEveryBytes = 64 * 1024

/** A call of a peer that is being served. */
interface IncomingCall {
  readonly from: MemberId
  /** Undefined: for all groups. */
  readonly groupId: bigint | undefined
}

/** What peers send to this member. */
export class Inbound {
  readonly #options: InboundOptions
  readonly #log: QuietLog
  readonly #calls = new Map<CallContext, IncomingCall>()
  #closed = false

  constructor(options: InboundOptions) {
    this.#options = options
    this.#log = new QuietLog(options.settings.logger, options.settings.clock)
  }

  /** For a host that peers reach. */
  routes(): Route[] {
    const { exchange, ask, sendSnapshot } = PeerService
    return [
      stream({ ...exchange, request: incomingBatch }, (batches, sink, context) =>
        this.#exchange(batches, sink, context),
      ),
      unary(ask, (question, context) => this.#answer(question, context)),
      stream(sendSnapshot, (pieces, sink, context) => this.#takeSnapshot(pieces, sink, context)),
    ]
  }

  /** Ends the calls that `which` names. */
  stop(which: (call: IncomingCall) => boolean): void {
    for (const [context, call] of this.#calls) {
      if (which(call)) context.abort(new MetastoreError('server-stopped'))
    }
  }

  /** Ends all calls and takes no more. */
  close(): void {
    this.#closed = true
    this.stop(() => true)
  }

  async #exchange(
    batches: AsyncIterable<IncomingBatch>,
    sink: ResponseSink<PeerReceipt>,
    context: CallContext,
  ): Promise<void> {
    const from = this.#admit(context)
    this.#calls.set(context, { from, groupId: undefined })
    try {
      sink.send({ receivedBytes: 0 })
      this.#options.onHeard(from)
      await this.#takeBatches(batches, from, sink)
    } catch (error) {
      if (hasCode(error, 'malformed-message')) {
        this.#log.warn('a peer sent what is no message', { ...claimsOf(context), error })
      }
      throw error
    } finally {
      this.#calls.delete(context)
    }
  }

  async #takeBatches(
    batches: AsyncIterable<IncomingBatch>,
    from: MemberId,
    sink: ResponseSink<PeerReceipt>,
  ): Promise<void> {
    let receivedBytes = 0
    let receiptedBytes = 0
    for await (const { bytes, groups } of batches) {
      for (const group of groups) this.#deliver(group, from)
      receivedBytes += bytes
      if (receivedBytes - receiptedBytes < receiptEveryBytes) continue
      receiptedBytes = receivedBytes
      sink.send({ receivedBytes })
    }
  }

  #deliver({ groupId, messages }: PeerGroupMessages, from: MemberId): void {
    const receiver = this.#options.receiverOf(groupId)
    if (receiver === undefined) {
      this.#log.warn('dropped messages of a group that is not here', {
        from: toHexId(from),
        groupId: toHexId(groupId),
      })
      return
    }
    for (const wire of messages) {
      const message = fromWire(wire, from, this.#options.settings.memberId)
      if (message !== undefined) receiver.receive(message)
      else this.#log.warn('dropped a message that cannot be true', { from: toHexId(from) })
    }
  }

  async #answer({ groupId, question }: PeerQuestion, context: CallContext): Promise<PeerAnswer> {
    const from = this.#admit(context)
    const receiver = this.#options.receiverOf(groupId)
    this.#calls.set(context, { from, groupId })
    try {
      if (receiver === undefined) throw new MetastoreError('no-leader')
      const answer = await receiver.answer(from, question, context.signal)
      return { answer, error: undefined }
    } catch (error) {
      return { answer: undefined, error: this.#errorFor(error, from) }
    } finally {
      this.#calls.delete(context)
    }
  }

  async #takeSnapshot(
    pieces: AsyncIterable<PeerSnapshotPiece>,
    sink: ResponseSink<PeerSnapshotReceipt>,
    context: CallContext,
  ): Promise<void> {
    const from = this.#admit(context)
    const iterator = pieces[Symbol.asyncIterator]()
    const head = await headIn(iterator)
    this.#calls.set(context, { from, groupId: head.groupId })
    try {
      const request = requestOf(head, from, this.#options.settings.memberId)
      if (request === undefined) throw new MetastoreError('malformed-message')
      const receiver = this.#options.receiverOf(head.groupId)
      if (receiver === undefined) throw new MetastoreError('no-leader')
      await receiver.receiveSnapshot(request, dataIn(iterator))
      sink.send({ error: undefined })
    } catch (error) {
      sink.send({ error: this.#errorFor(error, from) })
    } finally {
      this.#calls.delete(context)
    }
  }

  /** @throws MetastoreError when the caller has no business here, which is logged */
  #admit(context: CallContext): MemberId {
    if (this.#closed) throw new MetastoreError('server-stopped')
    const { settings, isPeer } = this.#options
    try {
      return callerOf(context, settings, isPeer)
    } catch (error) {
      const reason = hasCode(error, 'cluster-mismatch') ? 'cluster ID mismatch' : messageOf(error)
      this.#log.warn(`refused a peer: ${reason}`, {
        ...claimsOf(context),
        clusterId: toHexId(settings.clusterId),
        memberId: toHexId(settings.memberId),
      })
      throw error
    }
  }

  /** What is no MetastoreError would tell the other side nothing, and is this member's to know. */
  #errorFor(error: unknown, from: MemberId): PeerError {
    if (error instanceof MetastoreError) return { code: error.code, text: error.message }
    this.#log.warn('could not do what a peer asked for', { from: toHexId(from), error })
    return { code: '', text: messageOf(error) }
  }
}
