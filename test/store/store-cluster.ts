import { expect } from 'vitest'
import { seededRandom } from '../../src/base/random.js'
import { MemoryEngine } from '../../src/engine/index.js'
import { InMemoryNetwork } from '../../src/node/index.js'
import { type OpenStoreOptions, openStore } from '../../src/store/index.js'
import { SimulatedClock } from '../sim/simulated-clock.js'
import { Stall } from './stall.js'

export const electionTimeoutMs = 1000
export const requestTimeoutMs = 7000

export type Store = Awaited<ReturnType<typeof openStore>>
export type ClusterOptions = Partial<Omit<OpenStoreOptions, 'node'>> & {
  readonly node?: Partial<OpenStoreOptions['node']>
}

/** Whole volatile stores of one process that talk over a network that can be cut, in simulated time. */
export class StoreCluster implements AsyncDisposable {
  readonly clock = new SimulatedClock()
  readonly network = new InMemoryNetwork(this.clock.defer)
  readonly stores = new Map<bigint, Store>()
  private readonly stalls = new Map<bigint, Stall>()
  /** What went wrong in the background. */
  readonly troubles: { readonly what: string; readonly error: unknown }[] = []
  readonly fatal: Error[] = []
  private readonly random
  private readonly ids: readonly bigint[]

  private constructor(count: number, seed: number) {
    this.random = seededRandom(seed)
    this.ids = Array.from({ length: count }, (_, at) => BigInt(at + 1))
  }

  static async start(options: ClusterOptions = {}, count = 3, seed = 1): Promise<StoreCluster> {
    const cluster = new StoreCluster(count, seed)
    for (const id of cluster.ids) await cluster.open(id, options)
    return cluster
  }

  private async open(id: bigint, { node, ...options }: ClusterOptions): Promise<void> {
    const { random } = this
    const stall = new Stall(this.clock)
    this.stalls.set(id, stall)
    const { clock } = stall
    const defer = stall.defer(this.clock.defer)
    const nextTurn = () => new Promise<void>((resolve) => defer(resolve))
    const opening = openStore({
      engine: new MemoryEngine(nextTurn),
      clusterId: 5n,
      limits: { maxTxnOperations: 128, maxRequestBytes: 1.5 * 1024 * 1024 },
      clock,
      random,
      electionTimeoutMs,
      progressIntervalMs: 600_000,
      nextTurn,
      onTrouble: (what, error) => this.troubles.push({ what, error }),
      ...options,
      node: {
        memberId: id,
        initialVoters: this.ids,
        transport: stall.transport(this.network.transport(id)),
        requestTimeoutMs,
        defer,
        onFatal: (error) => this.fatal.push(error),
        ...node,
      },
    })
    this.stores.set(id, await this.clock.complete(opening))
  }

  store(id: bigint): Store {
    const store = this.stores.get(id)
    if (store === undefined) throw new Error(`there is no member ${id}`)
    return store
  }

  all(): Store[] {
    return [...this.stores.values()]
  }

  /** Waits for an answer while time passes. */
  wait<T>(promise: Promise<T>, limitMs?: number): Promise<T> {
    return this.clock.complete(promise, limitMs)
  }

  /** The one that these members agree on, once they do, and once it can serve. */
  async leader(among: readonly bigint[] = this.ids): Promise<Store> {
    const agreed = () => {
      const statuses = among.map((id) => this.store(id).getRaftStatus())
      const [first] = statuses
      const same = statuses.every(
        ({ term, leaderId }) => term === first?.term && leaderId === first.leaderId,
      )
      return same && first !== undefined && among.includes(first.leaderId)
        ? first.leaderId
        : undefined
    }
    await this.clock.until(() => agreed() !== undefined)
    return this.store(agreed() ?? 0n)
  }

  /** A member that follows the leader all members agree on. */
  async follower(): Promise<Store> {
    const leader = await this.leader()
    const follower = this.all().find((store) => store !== leader)
    if (follower === undefined) throw new Error('there is one member alone')
    return follower
  }

  /** Stops the process of a member until {@link resume}. */
  stall(store: Store): void {
    this.stalls.get(idOf(store))?.begin()
  }

  resume(store: Store): void {
    this.stalls.get(idOf(store))?.end()
  }

  others(store: Store): bigint[] {
    return this.ids.filter((id) => id !== idOf(store))
  }

  /** The others elect a leader of their own, while this one is cut off. */
  async depose(leader: Store): Promise<Store> {
    this.network.isolate(idOf(leader))
    return this.leader(this.others(leader))
  }

  /** All have applied the same. */
  async settled(): Promise<void> {
    await this.clock.until(() => {
      const statuses = this.all().map((store) => store.getRaftStatus())
      const commit = Math.max(...statuses.map((status) => status.commit))
      return statuses.every(({ applied }) => applied === commit)
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.network.heal()
    await this.wait(Promise.all(this.all().map((store) => store.close())))
    await this.network.close()
    expect(this.fatal).toEqual([])
  }
}

export function idOf(store: Store): bigint {
  return store.header().memberId
}
