import type { CancelSignal, CancelSource } from '../base/cancel-signal.js'
import { invariant, MetastoreError } from '../base/errors.js'
import { cancellable } from '../base/given-up.js'
import type { PeerMessage, PeerReceiver, SnapshotRequest, Transport } from '../node/index.js'
import type { MemberId } from '../raft/index.js'
import type { PeerSettings } from './options.js'
import { OutgoingQuestion } from './outgoing-question.js'
import type { Peer } from './peer.js'
import { headOf } from './snapshot-head.js'
import { SnapshotSending } from './snapshot-sending.js'

export interface GroupTransportOptions {
  readonly groupId: bigint
  readonly settings: PeerSettings
  readonly peers: ReadonlyMap<MemberId, Peer>
  readonly onClose: () => void
}

/** What one group says to its peers, over what all groups share. */
export class GroupTransport implements Transport {
  readonly #options: GroupTransportOptions
  /** What can be given up: questions and snapshots on their way. */
  readonly #underWay = new Set<CancelSource>()
  #receiver: PeerReceiver | undefined
  #closed = false

  constructor(options: GroupTransportOptions) {
    this.#options = options
  }

  /** Undefined before the start and after the close. */
  get receiver(): PeerReceiver | undefined {
    return this.#receiver
  }

  start(receiver: PeerReceiver): void {
    invariant(this.#receiver === undefined && !this.#closed, 'a transport is started once')
    this.#receiver = receiver
    const { peers, settings } = this.#options
    settings.defer(() => {
      for (const peer of peers.values()) if (peer.isConnected) this.#receiver?.connected(peer.id)
    })
  }

  send(messages: readonly PeerMessage[]): void {
    if (this.#closed) return
    const { groupId, peers } = this.#options
    for (const message of messages) peers.get(message.to)?.send(groupId, message)
  }

  async sendSnapshot(
    request: SnapshotRequest,
    pieces: AsyncIterable<Buffer>,
    signal: CancelSignal,
  ): Promise<void> {
    const { groupId, settings } = this.#options
    const address = this.#peer(request.to).address
    if (address === undefined) throw new MetastoreError('no-leader')
    await this.#cancellable(signal, (source) =>
      new SnapshotSending(settings, request.to, address, source).send(
        headOf(request, groupId),
        pieces,
      ),
    )
  }

  async ask(to: MemberId, question: Buffer, signal: CancelSignal): Promise<Buffer> {
    const { groupId, settings } = this.#options
    const peer = this.#peer(to)
    if (peer.questions >= settings.maxQuestions) throw new MetastoreError('too-many-requests')
    if (question.length >= settings.maxMessageBytes) throw new MetastoreError('request-too-large')
    return this.#cancellable(
      signal,
      (source) => new OutgoingQuestion(peer, groupId, question, source).answer,
    )
  }

  close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true
      this.#receiver = undefined
      for (const source of this.#underWay) source.abort(new MetastoreError('server-stopped'))
      this.#options.onClose()
    }
    return Promise.resolve()
  }

  /** @throws MetastoreError `server-stopped`, or `no-leader` for nobody we know */
  #peer(id: MemberId): Peer {
    if (this.#closed) throw new MetastoreError('server-stopped')
    const peer = this.#options.peers.get(id)
    if (peer === undefined) throw new MetastoreError('no-leader')
    return peer
  }

  /** Runs what `signal` and the close of this transport can both give up. */
  #cancellable<T>(signal: CancelSignal, run: (source: CancelSource) => Promise<T>): Promise<T> {
    return cancellable(signal, async (source) => {
      this.#underWay.add(source)
      try {
        return await run(source)
      } finally {
        this.#underWay.delete(source)
      }
    })
  }
}
