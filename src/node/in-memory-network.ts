import type { CancelSignal, CancelSource } from '../base/cancel-signal.js'
import { invariant, MetastoreError } from '../base/errors.js'
import { cancellable, unlessAborted } from '../base/given-up.js'
import type { MemberId } from '../raft/index.js'
import type { PeerMessage, PeerReceiver, SnapshotRequest, Transport } from './transport.js'

/** Messages that wait for one member; more are dropped, as a network would. */
const maxWaitingMessages = 4096

interface Waiting {
  readonly from: MemberId
  readonly message: PeerMessage
}

/** A question or a snapshot under way. */
interface Call {
  readonly from: MemberId
  readonly to: MemberId
  readonly source: CancelSource
}

/**
 * Carries what the members of one process say to each other, without a copy. Its owner can cut the way from
 * one member to another: what is under way there is lost.
 */
export class InMemoryNetwork {
  readonly #ends = new Map<MemberId, InMemoryEnd>()
  readonly #cut = new Set<string>()
  readonly #calls = new Set<Call>()

  /** `defer` runs a callback after what the event loop has at hand now. */
  constructor(
    readonly defer: (callback: () => void) => void = (callback) => void setImmediate(callback),
  ) {}

  /** The transport of a member, for one life of it; the one of an earlier life is closed. */
  transport(memberId: MemberId): Transport {
    void this.#ends.get(memberId)?.close()
    const end = new InMemoryEnd(this, memberId)
    this.#ends.set(memberId, end)
    return end
  }

  /** Nothing passes in this direction any more, until {@link mend}. */
  cut(from: MemberId, to: MemberId): void {
    this.#cut.add(wayOf(from, to))
    this.#giveUp((call) => !this.passes(call.from, call.to) || !this.passes(call.to, call.from))
  }

  mend(from: MemberId, to: MemberId): void {
    if (!this.#cut.delete(wayOf(from, to))) return
    if (this.passes(to, from)) this.#connect(from, to)
  }

  /** Cuts a member off from all others, in both directions. */
  isolate(member: MemberId): void {
    for (const other of this.#ends.keys()) {
      if (other === member) continue
      this.cut(member, other)
      this.cut(other, member)
    }
  }

  /** Mends all that was cut. */
  heal(): void {
    for (const from of this.#ends.keys()) {
      for (const to of this.#ends.keys()) this.mend(from, to)
    }
    this.#cut.clear()
  }

  passes(from: MemberId, to: MemberId): boolean {
    return !this.#cut.has(wayOf(from, to))
  }

  end(member: MemberId): InMemoryEnd | undefined {
    return this.#ends.get(member)
  }

  opened(member: MemberId): void {
    for (const other of this.#ends.keys()) {
      if (other !== member && this.passes(member, other)) this.#connect(member, other)
    }
  }

  left(end: InMemoryEnd): void {
    const { memberId } = end
    if (this.#ends.get(memberId) === end) this.#ends.delete(memberId)
    this.#giveUp(({ from, to }) => from === memberId || to === memberId)
  }

  /** Ends when the answer is there, the asker gives up, or the way is cut. */
  async call<T>(
    from: MemberId,
    to: MemberId,
    signal: CancelSignal,
    answer: (receiver: PeerReceiver, signal: CancelSignal) => Promise<T>,
  ): Promise<T> {
    if (signal.aborted) throw signal.reason
    if (this.#ends.get(from)?.receiver === undefined) throw new MetastoreError('server-stopped')
    const receiver = this.#ends.get(to)?.receiver
    const passes = this.passes(from, to) && this.passes(to, from)
    if (receiver === undefined || !passes) throw new MetastoreError('no-leader')
    return cancellable(signal, async (source) => {
      const call = { from, to, source }
      this.#calls.add(call)
      try {
        return await unlessAborted(answer(receiver, source), source)
      } finally {
        this.#calls.delete(call)
      }
    })
  }

  /** Closes all transports. Idempotent. */
  async close(): Promise<void> {
    await Promise.all([...this.#ends.values()].map((end) => end.close()))
  }

  #connect(one: MemberId, other: MemberId): void {
    const ends = [this.#ends.get(one)?.receiver, this.#ends.get(other)?.receiver]
    const [first, second] = ends
    if (first === undefined || second === undefined) return
    this.defer(() => {
      first.connected(other)
      second.connected(one)
    })
  }

  #giveUp(which: (call: Call) => boolean): void {
    for (const call of this.#calls) {
      if (which(call)) call.source.abort(new MetastoreError('no-leader'))
    }
  }
}

class InMemoryEnd implements Transport {
  receiver: PeerReceiver | undefined
  #waiting: Waiting[] = []
  #closed = false

  constructor(
    private readonly network: InMemoryNetwork,
    readonly memberId: MemberId,
  ) {}

  start(receiver: PeerReceiver): void {
    invariant(this.receiver === undefined, 'a transport is started once')
    if (this.#closed) return
    this.receiver = receiver
    this.network.opened(this.memberId)
  }

  send(messages: readonly PeerMessage[]): void {
    if (this.#closed) return
    for (const message of messages) {
      this.network.end(message.to)?.take({ from: this.memberId, message })
    }
  }

  take(waiting: Waiting): void {
    if (this.#closed || this.#waiting.length >= maxWaitingMessages) return
    this.#waiting.push(waiting)
    if (this.#waiting.length === 1) this.network.defer(() => this.#deliver())
  }

  sendSnapshot(
    request: SnapshotRequest,
    pieces: AsyncIterable<Buffer>,
    signal: CancelSignal,
  ): Promise<void> {
    return this.network.call(this.memberId, request.to, signal, (receiver, ended) =>
      receiver.receiveSnapshot(request, whileWanted(pieces, ended)),
    )
  }

  ask(to: MemberId, question: Buffer, signal: CancelSignal): Promise<Buffer> {
    return this.network.call(this.memberId, to, signal, (receiver, ended) =>
      receiver.answer(this.memberId, question, ended),
    )
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#waiting = []
    this.receiver = undefined
    this.network.left(this)
  }

  #deliver(): void {
    const arrived = this.#waiting
    this.#waiting = []
    for (const { from, message } of arrived) {
      if (this.network.passes(from, this.memberId)) this.receiver?.receive(message)
    }
  }
}

function wayOf(from: MemberId, to: MemberId): string {
  return `${from}>${to}`
}

async function* whileWanted(
  pieces: AsyncIterable<Buffer>,
  signal: CancelSignal,
): AsyncGenerator<Buffer> {
  for await (const piece of pieces) {
    if (signal.aborted) throw signal.reason
    yield piece
  }
}
