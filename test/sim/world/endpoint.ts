import type { CancelSignal } from '../../../src/base/cancel-signal.js'
import { CancelSource } from '../../../src/base/cancel-signal.js'
import { MetastoreError } from '../../../src/base/errors.js'
import type { PeerMessage, PeerReceiver, Transport } from '../../../src/node/index.js'
import type { SnapshotRequest } from '../../../src/node/transport.js'
import type { SimulatedProcess } from './process.js'
import { SnapshotWay } from './snapshot-way.js'
import type { End, Way } from './way.js'

/** How long it takes at most until a conversation is known to have ended with the other's life. */
const noticeMs = 20

/** One end of the simulated network, for one life of a member. */
export class Endpoint implements Transport, End {
  private receiver: PeerReceiver | undefined
  private closed = false
  /** What has to be told when this life, or the transport, ends. */
  private readonly conversations = new Set<() => void>()

  constructor(
    private readonly network: Way,
    readonly member: bigint,
    readonly process: SimulatedProcess,
  ) {}

  start(receiver: PeerReceiver): void {
    this.receiver = receiver
    this.network.opened(this.member)
  }

  send(messages: readonly PeerMessage[]): void {
    if (this.closed) return
    for (const message of messages) this.network.carry(asSent(message))
  }

  sendSnapshot(
    request: SnapshotRequest,
    pieces: AsyncIterable<Buffer>,
    signal: CancelSignal,
  ): Promise<void> {
    const other = this.network.endpointOf(request.to)
    if (this.closed || other === undefined || this.network.isCut(request.from, request.to)) {
      return this.afterNotice(() => Promise.reject(unreachable()))
    }
    this.network.onSnapshot()
    return new SnapshotWay(this.network, this, other, request, pieces, signal).carry()
  }

  async ask(to: bigint, question: Buffer, signal: CancelSignal): Promise<Buffer> {
    if (signal.aborted) throw signal.reason
    return await new Promise((resolve, reject) =>
      this.converse(to, question, signal, resolve, reject),
    )
  }

  async close(): Promise<void> {
    this.end()
  }

  take(deliver: (receiver: PeerReceiver) => void): void {
    this.process.run(() => {
      if (!this.closed && this.receiver !== undefined) deliver(this.receiver)
    })
  }

  onEnd(broken: () => void): () => void {
    if (this.closed) broken()
    else this.conversations.add(broken)
    return () => void this.conversations.delete(broken)
  }

  end(): void {
    if (this.closed) return
    this.closed = true
    const conversations = [...this.conversations]
    this.conversations.clear()
    for (const broken of conversations) broken()
  }

  private converse(
    to: bigint,
    question: Buffer,
    signal: CancelSignal,
    resolve: (answer: Buffer) => void,
    reject: (error: unknown) => void,
  ): void {
    const { network, member } = this
    const canceled = new CancelSource()
    let settled = false
    const settle = (finish: () => void) => {
      if (settled) return
      settled = true
      forgetOwn()
      signal.removeEventListener('abort', abort)
      this.process.run(finish)
    }
    const fail = () => settle(() => reject(unreachable()))
    const failSoon = () => void network.clock.schedule(network.random.below(noticeMs), fail)
    const abort = () => {
      canceled.abort(signal.reason)
      settle(() => reject(signal.reason ?? new MetastoreError('context-canceled')))
    }
    const forgetOwn = this.onEnd(fail)
    signal.addEventListener('abort', abort)
    // Without a signal's end, a lost question is one nobody answers.
    if (network.chance(network.conditions.lost)) return
    const arrive = () => {
      const other = network.endpointOf(to)
      if (other === undefined) return fail()
      const forgetOther = other.onEnd(failSoon)
      const back = (finish: () => void) => {
        forgetOther()
        network.afterWay(to, member, () => settle(finish), failSoon)
      }
      other.take((receiver) => {
        receiver.answer(member, question, canceled).then(
          (answer) => back(() => resolve(answer)),
          (error: unknown) => back(() => reject(error)),
        )
      })
    }
    if (network.isCut(member, to)) failSoon()
    else network.afterWay(member, to, arrive, failSoon)
  }

  private afterNotice<T>(then: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.process.schedule(this.network.random.below(noticeMs), () => {
        then().then(resolve, reject)
      })
    })
  }
}

function unreachable(): MetastoreError {
  return new MetastoreError('no-leader')
}

/** As the other side sees it: what a proposer has attached stays behind. */
function asSent(message: PeerMessage): PeerMessage {
  if (message.type !== 'append-request') return message
  const entries = message.entries.map(({ index, term, kind, data }) => ({
    index,
    term,
    kind,
    data,
  }))
  return { ...message, entries }
}
