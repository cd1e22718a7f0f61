import { CancelSource } from '../../base/cancel-signal.js'
import { invariant, MetastoreError } from '../../base/errors.js'
import type { Raft, SnapshotMetadata } from '../../raft/index.js'
import type { RaftNodeOptions } from '../options.js'
import type { ReceivedState, StateMachine } from '../state-machine.js'
import type { SnapshotRequest } from '../transport.js'
import { encodeMetadata } from './snapshot-format.js'
import { openPieces } from './snapshot-stream.js'
import type { SnapshotStore } from './snapshots.js'

interface SnapshotReceiverOptions {
  readonly raft: Raft
  readonly stateMachine: StateMachine
  /** Present when the state machine needs snapshots and there is a disk for them. */
  readonly snapshots: SnapshotStore | undefined
  readonly onDropped: RaftNodeOptions['onDropped']
  /** Hands the core a snapshot that it needs no rows for. */
  readonly step: (request: SnapshotRequest) => void
  /** A snapshot waits to be handed to the core: {@link SnapshotReceiver.advance} is to be called soon. */
  readonly onStaged: () => void
}

interface Incoming {
  readonly request: SnapshotRequest
  /** Aborted when it is not wanted any more. */
  readonly source: CancelSource
  /** The core has it: it can no longer be given up. */
  handedOver: boolean
  ended: Promise<void>
}

interface Staged {
  readonly incoming: Incoming
  readonly state: ReceivedState
  resolve(): void
  reject(error: unknown): void
}

/**
 * The follower's side of snapshots. The pieces are stored beside the present state, which they do not touch. Only
 * when they are whole, checked and durable does the core hear of them, and only what the core then hands out
 * takes the place of the state, and after that of the log. One at a time; a newer one ends an older one.
 */
export class SnapshotReceiver {
  private current: Incoming | undefined
  private staged: Staged | undefined
  private handedOver: Staged | undefined
  private installing: Promise<void> | undefined
  private stopped = false

  constructor(private readonly options: SnapshotReceiverOptions) {}

  /** See {@link PeerReceiver.receiveSnapshot}. */
  async receive(request: SnapshotRequest, pieces: AsyncIterable<Buffer>): Promise<void> {
    const problem = this.options.raft.problemOf(request)
    if (problem !== undefined) {
      this.options.onDropped?.(request, problem)
      throw new MetastoreError('malformed-message', `a snapshot was not taken: ${problem}`)
    }
    while (this.current !== undefined) {
      const { current } = this
      if (request.term < current.request.term) throw new MetastoreError('leader-changed')
      this.giveUp(current, new MetastoreError('leader-changed'))
      await current.ended
    }
    if (this.stopped) throw new MetastoreError('server-stopped')
    const { raft } = this.options
    const { term, commit } = raft.status()
    if (request.term < term || request.snapshot.index <= commit) {
      this.options.step(request)
      await pieces[Symbol.asyncIterator]().return?.()
      if (request.term < term) throw new MetastoreError('leader-changed')
      return
    }
    const incoming: Incoming = {
      request,
      source: new CancelSource(),
      handedOver: false,
      ended: Promise.resolve(),
    }
    this.current = incoming
    const taking = this.take(incoming, pieces)
    incoming.ended = taking.catch(() => {})
    await taking
  }

  /** A snapshot waits to be handed to the core. */
  get hasStaged(): boolean {
    return this.staged !== undefined
  }

  /** Hands a staged snapshot to the core. To be called when nothing is applied and no state is being installed. */
  advance(): void {
    const { staged } = this
    if (staged === undefined) return
    this.staged = undefined
    const { request } = staged.incoming
    staged.incoming.handedOver = true
    this.handedOver = staged
    this.options.raft.step(request)
  }

  /**
   * Takes notice of the next Ready. Without a snapshot in it, the core had no use for what it was handed;
   * with one, what is answered installs it.
   */
  installationOf(snapshot: SnapshotMetadata | undefined): (() => Promise<void>) | undefined {
    const { handedOver } = this
    invariant(handedOver !== undefined || snapshot === undefined, 'a snapshot comes with its rows')
    if (handedOver === undefined || this.installing !== undefined) return undefined
    if (snapshot === undefined) {
      this.handedOver = undefined
      handedOver.resolve()
      return undefined
    }
    return () => {
      this.installing = handedOver.state.install()
      return this.installing
    }
  }

  /** The state is installed and the log goes on from there, durably. */
  installed(): void {
    this.handedOver?.resolve()
    this.handedOver = undefined
    this.installing = undefined
  }

  /** Gives up what can be given up, and resolves when nothing is under way. Idempotent. */
  async close(): Promise<void> {
    this.stopped = true
    const error = new MetastoreError('server-stopped')
    if (this.current !== undefined) this.giveUp(this.current, error)
    await this.installing?.catch(() => {})
    this.handedOver?.reject(error)
    await this.current?.ended
  }

  private giveUp(incoming: Incoming, error: MetastoreError): void {
    if (incoming.handedOver) return
    incoming.source.abort(error)
    if (this.staged?.incoming !== incoming) return
    this.staged.reject(error)
    this.staged = undefined
  }

  private async take(incoming: Incoming, pieces: AsyncIterable<Buffer>): Promise<void> {
    let state: ReceivedState | undefined
    try {
      const { snapshot } = incoming.request
      const chunks = openPieces(snapshot, unlessAborted(incoming.source, pieces))
      state = await this.stage(snapshot, chunks)
      await this.handOver(incoming, state)
    } finally {
      await state?.discard()
      this.current = undefined
    }
  }

  private async stage(
    snapshot: SnapshotMetadata,
    chunks: AsyncIterable<Buffer>,
  ): Promise<ReceivedState> {
    const { stateMachine, snapshots } = this.options
    const { index, term } = snapshot
    if (snapshots === undefined) {
      return stateMachine.receive({ index, term, chunks, origin: encodeMetadata(snapshot) })
    }
    const stored = await snapshots.stage(snapshot, chunks)
    let state: ReceivedState | undefined
    try {
      await stored.load(async (source) => {
        state = await stateMachine.receive(source)
      })
    } catch (error) {
      await stored.discard()
      throw error
    }
    return {
      install: async () => {
        await stored.publish()
        await state?.install()
      },
      discard: async () => {
        await state?.discard()
        await stored.discard()
      },
    }
  }

  private handOver(incoming: Incoming, state: ReceivedState): Promise<void> {
    if (incoming.source.aborted) throw incoming.source.reason
    return new Promise((resolve, reject) => {
      this.staged = { incoming, state, resolve, reject }
      this.options.onStaged()
    })
  }
}

/** Ends at once when the signal aborts, also while the next piece does not come. */
async function* unlessAborted(
  signal: CancelSource,
  pieces: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  const iterator = pieces[Symbol.asyncIterator]()
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
  })
  aborted.catch(() => {})
  try {
    for (;;) {
      if (signal.aborted) throw signal.reason
      const { done, value } = await Promise.race([iterator.next(), aborted])
      if (done === true) return
      yield value
    }
  } finally {
    iterator.return?.()?.catch(() => {})
  }
}
