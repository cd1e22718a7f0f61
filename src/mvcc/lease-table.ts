import { MetastoreError } from '../base/errors.js'

export interface Lease {
  readonly id: bigint
  /** What was granted, in seconds. */
  readonly ttlSeconds: number
  /** What was left at the last checkpoint, in seconds; undefined: the lease was renewed since. */
  readonly remainingSeconds: number | undefined
}

interface KnownLease extends Lease {
  /** False: granted since the table was made, and never had a key. */
  mayHaveKeys: boolean
}

/** Who hears of leases as they come and go: the leader's deadlines. */
export interface LeaseListener {
  /** Forgets every lease: others take their place. */
  clear(): void
  granted(id: bigint, ttlSeconds: number, remainingSeconds: number | undefined): void
  checkpointed(id: bigint, remainingSeconds: number | undefined): void
  revoked(id: bigint): void
}

/** All leases that are granted. Replicated: it changes only by applied entries, and has no clock. */
export class LeaseTable {
  readonly #leases = new Map<bigint, KnownLease>()
  #listener: LeaseListener | undefined

  /**
   * Tells `listener` of every lease there is, in place of those it knew, and from now on of every
   * change. One listener.
   */
  listen(listener: LeaseListener): void {
    this.#listener = listener
    listener.clear()
    for (const { id, ttlSeconds, remainingSeconds } of this.#leases.values()) {
      listener.granted(id, ttlSeconds, remainingSeconds)
    }
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

  /** A lease that is new, and so has no keys. */
  grant(lease: Lease): void {
    this.#add(lease, false)
  }

  /** A lease that was granted at any time. */
  add(lease: Lease): void {
    this.#add(lease, true)
  }

  /** `lease` is known, and differs in what is left. */
  checkpoint(lease: Lease): void {
    this.#set(lease, this.mayHaveKeys(lease.id))
    this.#listener?.checkpointed(lease.id, lease.remainingSeconds)
  }

  /** A key has been attached to the lease, or almost: what was staged may be taken back. */
  attached(id: bigint): void {
    const lease = this.#leases.get(id)
    if (lease !== undefined) lease.mayHaveKeys = true
  }

  /** Whether its keys are to be looked up: false saves a scan where there is surely none. */
  mayHaveKeys(id: bigint): boolean {
    return this.#leases.get(id)?.mayHaveKeys !== false
  }

  remove(id: bigint): void {
    this.#leases.delete(id)
    this.#listener?.revoked(id)
  }

  #add(lease: Lease, mayHaveKeys: boolean): void {
    this.#set(lease, mayHaveKeys)
    this.#listener?.granted(lease.id, lease.ttlSeconds, lease.remainingSeconds)
  }

  #set({ id, ttlSeconds, remainingSeconds }: Lease, mayHaveKeys: boolean): void {
    this.#leases.set(id, { id, ttlSeconds, remainingSeconds, mayHaveKeys })
  }
}

/** The value of a lease's row: the seconds granted, and those left at a checkpoint, if there was one. */
export function encodeLease({ ttlSeconds, remainingSeconds }: Lease): Buffer {
  const bytes = Buffer.allocUnsafe(remainingSeconds === undefined ? 8 : 16)
  bytes.writeDoubleLE(ttlSeconds, 0)
  if (remainingSeconds !== undefined) bytes.writeDoubleLE(remainingSeconds, 8)
  return bytes
}

export function decodeLease(id: bigint, bytes: Buffer): Lease {
  return {
    id,
    ttlSeconds: bytes.readDoubleLE(0),
    remainingSeconds: bytes.length < 16 ? undefined : bytes.readDoubleLE(8),
  }
}
