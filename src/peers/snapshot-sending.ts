import type { Address } from '../base/address.js'
import type { CancelSignal } from '../base/cancel-signal.js'
import { crc32c } from '../base/crc32c.js'
import { MetastoreError } from '../base/errors.js'
import { readGivenUp } from '../base/given-up.js'
import type { MemberId } from '../raft/index.js'
import type { CallStatus } from '../rpc/call-status.js'
import type { ClientCall, ClientCallListener } from '../rpc/client/client-call.js'
import { ClientConnection } from '../rpc/client/client-connection.js'
import { statusCodes } from '../rpc/status-codes.js'
import { type PeerSnapshotHead, PeerSnapshotPiece, PeerSnapshotReceipt } from '../wire/index.js'
import { PeerService } from './generated/services.js'
import { introduction } from './handshake.js'
import type { PeerSettings } from './options.js'
import { errorOf } from './outgoing-question.js'

const largestPieceBytes = 256 * 1024

/**
 * One snapshot on its way to a peer, on a connection of its own: nothing else has to queue behind it,
 * and a receiver that takes its time holds up no other stream.
 */
export class SnapshotSending implements ClientCallListener {
  readonly #connection: ClientConnection
  readonly #call: ClientCall | undefined
  readonly #signal: CancelSignal
  #response: Buffer | undefined
  #ended = false
  #failure: unknown
  #wake: () => void = () => {}
  #checksum = 0
  #totalBytes = 0

  /** Begins to connect. Aborting `signal` gives up. */
  constructor(settings: PeerSettings, to: MemberId, address: Address, signal: CancelSignal) {
    const { clock, pingIntervalMs, maxMessageBytes } = settings
    this.#connection = new ClientConnection({
      ...address,
      clock,
      pingIntervalMs,
      maxReceiveBytes: maxMessageBytes,
      onLost: (reason) => this.#lost(reason),
    })
    const { path } = PeerService.sendSnapshot
    this.#call = this.#connection.call(path, introduction(settings, to), this)
    if (this.#call === undefined) this.#lost('the connection was lost at once')
    this.#signal = signal
    signal.addEventListener('abort', this)
    if (signal.aborted) this.handleEvent()
  }

  /**
   * Sends everything, no faster than the receiver takes it, and waits for the receipt. Breaks off when the
   * receiver has answered before the end.
   * @throws MetastoreError what the receiver threw; `no-leader` when the way there failed
   */
  async send(head: PeerSnapshotHead, pieces: AsyncIterable<Buffer>): Promise<void> {
    try {
      await this.#send(PeerSnapshotPiece.create({ head }))
      for await (const piece of pieces) {
        if (this.#ended) break
        await this.#sendData(piece)
      }
      await this.#send(PeerSnapshotPiece.create({ end: { totalBytes: this.#totalBytes } }))
      this.#call?.halfClose()
      while (!this.#ended) await this.#somethingHappens()
      this.#judge()
    } finally {
      this.#ended = true
      this.#signal.removeEventListener('abort', this)
      this.#connection.destroy()
    }
  }

  /** The sender has lost interest. */
  handleEvent(): void {
    this.#fail(readGivenUp(this.#signal.reason))
  }

  onMessage(bytes: Buffer): void {
    this.#response = bytes
  }

  onDrain(): void {
    this.#wake()
  }

  onEnd(status: CallStatus): void {
    if (status.status === statusCodes.ok) this.#end()
    else this.#lost(status.message)
  }

  async #sendData(piece: Buffer): Promise<void> {
    for (let from = 0; from < piece.length && !this.#ended; from += largestPieceBytes) {
      const data = piece.subarray(from, from + largestPieceBytes)
      this.#checksum = crc32c(data, this.#checksum)
      this.#totalBytes += data.length
      await this.#send(PeerSnapshotPiece.create({ data: { data, checksum: this.#checksum } }))
    }
  }

  async #send(piece: PeerSnapshotPiece): Promise<void> {
    if (this.#ended || this.#call === undefined) return
    if (!this.#call.send(PeerSnapshotPiece.encode(piece))) await this.#somethingHappens()
  }

  #somethingHappens(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  #lost(reason: string): void {
    this.#fail(new MetastoreError('no-leader', undefined, { cause: new Error(reason) }))
  }

  #fail(failure: unknown): void {
    if (this.#ended) return
    this.#failure = failure
    this.#end()
  }

  #end(): void {
    this.#ended = true
    this.#wake()
  }

  /** Throws unless the receiver says that it has taken the snapshot in. */
  #judge(): void {
    if (this.#failure !== undefined) throw this.#failure
    if (this.#response === undefined) throw new MetastoreError('no-leader')
    const { error } = PeerSnapshotReceipt.decode(this.#response)
    if (error !== undefined) throw errorOf(error)
  }
}
