import { MetastoreError } from '../base/errors.js'

export interface Lease {
  readonly id: bigint
  /** What was granted, in seconds. */
  readonly ttlSeconds: number
}

/** Who hears of leases as they come and go: the leader's deadlines. */
export interface LeaseListener {
  granted(id: bigint, ttlSeconds: number): void
  revoked(id: bigint): void
}

/** All leases that are granted. Replicated: it changes only by applied entries, and has no clock. */
export class LeaseTable {
  readonly #leases = new Map<bigint, Lease>()
  #listener: LeaseListener | undefined

  /** Tells `listener` of every lease there is, and from now on of every change. One listener. */
  listen(listener: LeaseListener): void {
    this.#listener = listener
    for (const { id, ttlSeconds } of this.#leases.values()) listener.granted(id, ttlSeconds)
  }

  get size(): number {
    return this.#leases.size
  }

  get(id: bigint): Lease | undefined {
    return this.#leases.get(id)
  }

  ids(): bigint[] {
    return [...this.#leases.keys()]
  }

  /** @throws MetastoreError `lease-not-found` */
  require(id: bigint): Lease {
    const lease = this.#leases.get(id)
    if (lease === undefined) throw new MetastoreError('lease-not-found')
    return lease
  }

  add(lease: Lease): void {
    this.#leases.set(lease.id, lease)
    this.#listener?.granted(lease.id, lease.ttlSeconds)
  }

  remove(id: bigint): void {
    this.#leases.delete(id)
    this.#listener?.revoked(id)
  }
}
