import type { Clock } from '../../../src/base/clock.js'
import type { Random } from '../../../src/base/random.js'
import type { PeerMessage, PeerReceiver, Transport } from '../../../src/node/index.js'
import { Endpoint } from './endpoint.js'
import type { SimulatedProcess } from './process.js'
import type { NetworkConditions, Way } from './way.js'

export const calm: NetworkConditions = {
  leastDelayMs: 0.2,
  mostDelayMs: 3,
  lost: 0,
  repeated: 0,
  slow: 0,
  slowMs: 0,
  ordered: true,
  broken: 0,
}

/** The way between members: it loses, delays, reorders and repeats, and can be cut in either direction. */
export class SimulatedNetwork implements Way {
  conditions: NetworkConditions = calm
  /** Hears of everything that is sent, before it may get lost. */
  onSent: (message: PeerMessage) => void = () => {}
  /** Hears of everything that arrives. */
  onDelivered: (message: PeerMessage) => void = () => {}
  /** Hears of every snapshot that begins its way. */
  onSnapshot: () => void = () => {}
  private readonly endpoints = new Map<bigint, Endpoint>()
  private readonly cut = new Set<string>()
  private readonly closed = new Set<string>()
  private readonly lastArrivalMs = new Map<string, number>()

  constructor(
    readonly clock: Clock,
    readonly random: Random,
  ) {}

  /** What a member's new life talks through. The life before it must have ended. */
  transport(member: bigint, process: SimulatedProcess): Transport {
    this.endpoints.get(member)?.end()
    const endpoint = new Endpoint(this, member, process)
    this.endpoints.set(member, endpoint)
    return endpoint
  }

  /** A life has ended: whoever is in conversation with it notices. */
  processEnded(member: bigint): void {
    this.endpoints.get(member)?.end()
    this.endpoints.delete(member)
  }

  /** Nothing gets from one to the other any more, what is under way included. */
  cutWay(from: bigint, to: bigint): void {
    this.cut.add(`${from}>${to}`)
  }

  /** Nothing more sets out from one to the other; what is under way arrives, however late. */
  closeWay(from: bigint, to: bigint): void {
    this.closed.add(`${from}>${to}`)
  }

  mendAll(): void {
    if (this.cut.size + this.closed.size === 0) return
    this.cut.clear()
    this.closed.clear()
    for (const member of this.endpoints.keys()) this.opened(member)
  }

  /** A member and those it can speak with notice each other. */
  opened(member: bigint): void {
    for (const other of this.endpoints.keys()) {
      if (other === member) continue
      for (const [from, to] of [
        [member, other],
        [other, member],
      ] as const) {
        const noticed = () => this.endpoints.get(to)?.take((receiver) => receiver.connected(from))
        this.afterWay(from, to, noticed, () => {})
      }
    }
  }

  isCut(from: bigint, to: bigint): boolean {
    return this.cut.has(`${from}>${to}`)
  }

  endpointOf(member: bigint): Endpoint | undefined {
    return this.endpoints.get(member)
  }

  carry(message: PeerMessage): void {
    this.onSent(message)
    const { lost, repeated } = this.conditions
    const { from, to } = message
    if (this.isCut(from, to) || this.closed.has(`${from}>${to}`) || this.chance(lost)) return
    this.deliverLater(message)
    if (this.chance(repeated)) this.deliverLater(message)
  }

  chance(perThousand: number): boolean {
    return perThousand > 0 && this.random.below(1000) < perThousand
  }

  /** Of one message on its way. */
  delayMs(): number {
    const { leastDelayMs, mostDelayMs, slow, slowMs } = this.conditions
    const spreadMs = this.chance(slow) ? slowMs : mostDelayMs - leastDelayMs
    return leastDelayMs + (spreadMs * this.random.below(1000)) / 1000
  }

  afterWay(from: bigint, to: bigint, arrive: () => void, fail: () => void): void {
    this.clock.schedule(this.delayMs(), () => {
      if (this.isCut(from, to)) fail()
      else arrive()
    })
  }

  private deliverLater(message: PeerMessage): void {
    const { from, to } = message
    const way = `${from}>${to}`
    let atMs = this.clock.nowMs() + this.delayMs()
    if (this.conditions.ordered) {
      atMs = Math.max(atMs, this.lastArrivalMs.get(way) ?? 0)
      this.lastArrivalMs.set(way, atMs)
    }
    this.clock.schedule(atMs - this.clock.nowMs(), () => {
      if (this.isCut(from, to)) return
      const endpoint = this.endpoints.get(to)
      if (endpoint === undefined) return
      this.onDelivered(message)
      endpoint.take((receiver: PeerReceiver) => receiver.receive(message))
    })
  }
}
