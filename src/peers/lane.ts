import { MetastoreError } from '../base/errors.js'
import type { PeerMessage } from '../node/index.js'
import type { CallStatus } from '../rpc/call-status.js'
import type { ClientCall, ClientCallListener } from '../rpc/client/client-call.js'
import { statusCodes } from '../rpc/status-codes.js'
import { PeerBatch, type PeerGroupMessages, PeerReceipt } from '../wire/index.js'
import { toWire } from './to-wire.js'

export interface LaneOptions {
  /** What may wait; beyond, new messages are dropped. */
  readonly maxQueuedBytes: number
  readonly maxBatchBytes: number
  /** What may be on its way without a receipt; the batch that reaches it is still sent. */
  readonly windowBytes: number
  readonly defer: (callback: () => void) => void
  readonly onWelcome: () => void
  readonly onEnd: (status: CallStatus) => void
}

interface Waiting {
  readonly groupId: bigint
  readonly message: PeerMessage
  readonly bytes: number
}

/** One of the streams to a peer: its messages in order, those of one turn together. */
export class Lane implements ClientCallListener {
  readonly #options: LaneOptions
  readonly #flush = () => this.#flushed()
  #queue: Waiting[] = []
  #queueHead = 0
  #queuedBytes = 0
  #flushing = false
  #call: ClientCall | undefined
  #welcome = false
  #draining = false
  #sentBytes = 0
  #receivedBytes = 0

  constructor(options: LaneOptions) {
    this.#options = options
  }

  /** The peer takes messages on this stream. */
  get welcome(): boolean {
    return this.#welcome
  }

  /** Queues a message of about `bytes`. False: there is no room, and it was dropped. */
  push(groupId: bigint, message: PeerMessage, bytes: number): boolean {
    if (this.#queuedBytes > 0 && this.#queuedBytes + bytes > this.#options.maxQueuedBytes) {
      return false
    }
    this.#queue.push({ groupId, message, bytes })
    this.#queuedBytes += bytes
    if (!this.#flushing && this.#mayWrite) {
      this.#flushing = true
      this.#options.defer(this.#flush)
    }
    return true
  }

  /** From here on what is queued goes through `call`, once that is welcome. */
  open(call: ClientCall): void {
    this.#call = call
  }

  /** Drops what is queued, and the stream. */
  close(): void {
    this.#call?.cancel()
    this.#call = undefined
    this.#welcome = false
    this.#draining = false
    this.#sentBytes = 0
    this.#receivedBytes = 0
    this.#queue = []
    this.#queueHead = 0
    this.#queuedBytes = 0
  }

  onMessage(bytes: Buffer): void {
    const receipt = receiptIn(bytes)
    if (receipt === undefined) {
      this.#options.onEnd({ status: statusCodes.internal, message: 'a malformed receipt' })
      return
    }
    this.#receivedBytes = receipt.receivedBytes
    if (!this.#welcome) {
      this.#welcome = true
      this.#options.onWelcome()
    }
    this.#write()
  }

  onDrain(): void {
    this.#draining = false
    this.#write()
  }

  onEnd(status: CallStatus): void {
    this.#options.onEnd(status)
  }

  get #mayWrite(): boolean {
    return (
      this.#welcome &&
      !this.#draining &&
      this.#sentBytes - this.#receivedBytes < this.#options.windowBytes
    )
  }

  #flushed(): void {
    this.#flushing = false
    this.#write()
  }

  #write(): void {
    while (this.#queueHead < this.#queue.length && this.#mayWrite) {
      const bytes = PeerBatch.encode({ groups: this.#takeBatch() })
      this.#sentBytes += bytes.length
      if (this.#call?.send(bytes) === false) this.#draining = true
    }
  }

  /** Messages of one group that follow each other share its id. */
  #takeBatch(): PeerGroupMessages[] {
    const groups: PeerGroupMessages[] = []
    let messages: ReturnType<typeof toWire>[] = []
    let groupId: bigint | undefined
    let batchBytes = 0
    let at = this.#queueHead
    for (; at < this.#queue.length; at++) {
      const next = this.#queue[at] as Waiting
      if (batchBytes > 0 && batchBytes + next.bytes > this.#options.maxBatchBytes) break
      batchBytes += next.bytes
      if (next.groupId !== groupId) {
        groupId = next.groupId
        messages = []
        groups.push({ groupId, messages })
      }
      messages.push(toWire(next.message))
    }
    this.#forgetUpTo(at, batchBytes)
    return groups
  }

  #forgetUpTo(head: number, bytes: number): void {
    this.#queuedBytes -= bytes
    this.#queueHead = head
    // Half of it is gone: moving the rest costs less than what was sent.
    if (head * 2 < this.#queue.length) return
    this.#queue = this.#queue.slice(head)
    this.#queueHead = 0
  }
}

function receiptIn(bytes: Buffer): PeerReceipt | undefined {
  try {
    return PeerReceipt.decode(bytes)
  } catch (error) {
    if (error instanceof MetastoreError) return undefined
    throw error
  }
}
