import { type CancelSignal, CancelSource } from '../base/cancel-signal.js'
import type { Clock } from '../base/clock.js'
import { MetastoreError } from '../base/errors.js'
import { pause } from '../base/pause.js'
import type { PeerReceiver, Transport } from '../node/index.js'
import { ProcessQuestion, TakenPartResponse } from '../wire/index.js'

/** Peers that cannot be reached are given up sooner. */
const defaultPatienceMs = 5000
/** Between two looks at whether the store is open, and before a peer's next URL is tried. */
const pauseMs = 20

export interface PeerMemoryOptions {
  /** Of the group in which processes speak for themselves; owned from here on. */
  readonly transport: Transport
  readonly isConnected: (id: bigint) => boolean
  /** Whether this member starts with data; one without remembers nobody until its store is open. */
  readonly hasData: boolean
  readonly clock: Clock
  /** How long peers that can be reached may take to answer. Default 5,000. */
  readonly patienceMs?: number
}

/** What answers come from. */
export interface MemoryStore {
  /** Whether the member was at work in the cluster before. */
  hasTakenPart(memberId: bigint): boolean
}

/** A peer by its id, and the URLs at which it is reached. */
interface AskedPeer {
  readonly id: bigint
  readonly peerUrls: readonly string[]
}

/** `silent`: it can be reached, and did not answer in time. */
type Testimony = 'remembers' | 'silent' | 'nothing'

/** A peer because of which a member must not start anew. */
export interface Witness {
  readonly id: bigint
  readonly says: Exclude<Testimony, 'nothing'>
}

/**
 * What members remember of each other. One that starts without data asks whether it has been in the
 * cluster before: what it promised then in votes and receipts is lost, and it must not promise anew.
 */
export class PeerMemory implements PeerReceiver {
  readonly #options: PeerMemoryOptions
  #store: MemoryStore | undefined

  /** Begins to answer. */
  constructor(options: PeerMemoryOptions) {
    this.#options = options
    options.transport.start(this)
  }

  /** From here on answers come from the store. With data, those who ask wait until then. */
  answerFrom(store: MemoryStore): void {
    this.#store = store
  }

  /**
   * The first of `peers` that remembers this member, or may; undefined: none that can be reached.
   * @throws the reason of `signal`
   */
  async findWitness(
    peers: readonly AskedPeer[],
    signal: CancelSignal | undefined,
  ): Promise<Witness | undefined> {
    const { clock, patienceMs = defaultPatienceMs } = this.#options
    const asking = new CancelSource()
    const giveUp = () => asking.abort(undefined)
    const timer = clock.schedule(patienceMs, giveUp)
    signal?.addEventListener('abort', giveUp)
    if (signal?.aborted) giveUp()
    const witnesses: Witness[] = []
    const asked = peers.map(async (peer) => {
      const says = await this.#ask(peer, asking)
      if (says === 'nothing') return
      witnesses.push({ id: peer.id, says })
      giveUp()
    })
    await Promise.all(asked)
    timer.cancel()
    signal?.removeEventListener('abort', giveUp)
    if (signal?.aborted) throw signal.reason
    return witnesses[0]
  }

  /** Idempotent. */
  close(): Promise<void> {
    return this.#options.transport.close()
  }

  async answer(from: bigint, question: Buffer, signal: CancelSignal): Promise<Buffer> {
    if (ProcessQuestion.decode(question).takenPart === undefined) {
      throw new MetastoreError('unimplemented')
    }
    const { hasData, clock } = this.#options
    while (hasData && this.#store === undefined) {
      if (signal.aborted) throw signal.reason
      await pause(clock, pauseMs, signal)
    }
    return TakenPartResponse.encode({ takenPart: this.#store?.hasTakenPart(from) ?? false })
  }

  receive(): void {}

  connected(): void {}

  receiveSnapshot(): Promise<void> {
    return Promise.reject(new MetastoreError('unimplemented'))
  }

  /** Each of its URLs is tried once. */
  async #ask({ id, peerUrls }: AskedPeer, signal: CancelSignal): Promise<Testimony> {
    const { transport, clock, isConnected } = this.#options
    const question = ProcessQuestion.encode(ProcessQuestion.create({ takenPart: {} }))
    for (let left = peerUrls.length; left > 0 && !signal.aborted; left--) {
      try {
        const answer = await transport.ask(id, question, signal)
        return TakenPartResponse.decode(answer).takenPart ? 'remembers' : 'nothing'
      } catch {
        if (left > 1) await pause(clock, pauseMs, signal)
      }
    }
    return signal.aborted && isConnected(id) ? 'silent' : 'nothing'
  }
}
