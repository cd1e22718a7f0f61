import type { CancelSignal } from '../base/cancel-signal.js'
import { type ErrorCode, errorCatalogue } from '../base/error-catalogue.js'
import { MetastoreError } from '../base/errors.js'
import { readGivenUp } from '../base/given-up.js'
import type { CallStatus } from '../rpc/call-status.js'
import type { ClientCall, ClientCallListener } from '../rpc/client/client-call.js'
import { statusCodes } from '../rpc/status-codes.js'
import { PeerAnswer, type PeerError, PeerQuestion } from '../wire/index.js'
import { PeerService } from './generated/services.js'
import type { Peer } from './peer.js'

/** A question to a peer on its way there and back. */
export class OutgoingQuestion implements ClientCallListener {
  /** @throws MetastoreError what the peer threw; `no-leader` when it cannot be reached */
  readonly answer: Promise<Buffer>
  readonly #peer: Peer
  readonly #signal: CancelSignal
  #settle: { resolve(answer: Buffer): void; reject(reason: unknown): void } | undefined
  #call: ClientCall | undefined
  #response: Buffer | undefined

  /** Begins to ask. Aborting `signal` gives up, here and there. */
  constructor(peer: Peer, groupId: bigint, question: Buffer, signal: CancelSignal) {
    this.#peer = peer
    this.#signal = signal
    this.answer = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject }
    })
    peer.questions++
    if (signal.aborted) {
      this.handleEvent()
      return
    }
    signal.addEventListener('abort', this)
    peer.whenSettled(() => this.#send(PeerQuestion.encode({ groupId, question })))
  }

  /** The asker has lost interest. */
  handleEvent(): void {
    this.fail(readGivenUp(this.#signal.reason))
  }

  /** Gives up. */
  fail(reason: unknown): void {
    const settle = this.#ended()
    this.#call?.cancel()
    settle?.reject(reason)
  }

  onMessage(bytes: Buffer): void {
    this.#response = bytes
  }

  onDrain(): void {}

  onEnd(status: CallStatus): void {
    if (status.status !== statusCodes.ok || this.#response === undefined) {
      this.fail(new MetastoreError('no-leader', undefined, { cause: new Error(status.message) }))
      return
    }
    try {
      const { answer, error } = PeerAnswer.decode(this.#response)
      if (error !== undefined) this.fail(errorOf(error))
      else this.#ended()?.resolve(answer ?? Buffer.alloc(0))
    } catch (thrown) {
      this.fail(thrown)
    }
  }

  #send(question: Buffer): void {
    if (this.#settle === undefined) return
    this.#call = this.#peer.call(PeerService.ask.path, this)
    if (this.#call === undefined) this.fail(new MetastoreError('no-leader'))
    this.#call?.send(question)
    this.#call?.halfClose()
  }

  #ended() {
    const settle = this.#settle
    if (settle === undefined) return undefined
    this.#settle = undefined
    this.#signal.removeEventListener('abort', this)
    this.#peer.questions--
    return settle
  }
}

/** What another member threw. */
export function errorOf({ code, text }: PeerError): MetastoreError {
  // Of an error without a code we know, no more is sure than that there was no answer.
  return Object.hasOwn(errorCatalogue, code)
    ? new MetastoreError(code as ErrorCode, text)
    : new MetastoreError('request-timed-out', text)
}
