import { CancelSource } from '../../../src/base/cancel-signal.js'
import { MetastoreError } from '../../../src/base/errors.js'
import { demand } from '../check/violation.js'
import type { ClientWorld } from './client-world.js'
import type { Serving, SimulatedMember } from './member.js'

const leastTtlSeconds = 2
const mostTtlSeconds = 7
/** Leases, in a hundred, that are renewed in time for as long as the run lets it. */
const kept = 60

interface Held {
  readonly id: bigint
  readonly ttlSeconds: number
}

/** A client's leases: granted, renewed for a while, revoked or left alone. */
export class LeaseHolder {
  private held: Held[] = []
  private granted = 0

  constructor(
    private readonly world: ClientWorld,
    private readonly name: string,
  ) {}

  /** A lease to attach a key to, in some puts. */
  any(): bigint | undefined {
    const { random } = this.world
    return random.below(3) === 0 ? this.held[random.below(this.held.length || 1)]?.id : undefined
  }

  async act(member: SimulatedMember, serving: Serving): Promise<void> {
    const { random } = this.world
    const lease = this.held[random.below(this.held.length || 1)]
    const drawn = random.below(10)
    if (lease === undefined || drawn < 2) await this.grant(member, serving)
    else if (drawn < 8) await this.renew(member, serving, lease)
    else if (drawn < 9 && random.below(3) === 0) await this.revoke(member, serving, lease)
    else if (random.below(3) === 0) this.forget(lease)
  }

  private async grant(member: SimulatedMember, serving: Serving): Promise<void> {
    const { random, history, leases, clock } = this.world
    const id = BigInt(this.name.slice(1)) * 10_000n + BigInt(++this.granted)
    const ttl = leastTtlSeconds + random.below(mostTtlSeconds - leastTtlSeconds)
    const calledMs = clock.nowMs()
    const operation = history.called({
      kind: 'write',
      what: `grant of ${id} at member ${member.id}`,
      member: member.id,
      tag: `lease ${id}`,
    })
    const { outcome, error } = await this.world.heard(member, serving, (store) => {
      return store.leaseGrant({ id, ttl })
    })
    this.world.note(`${operation.what}: ${outcome?.ttl ?? error}`)
    if (outcome !== undefined) {
      history.answered(
        operation,
        `granted ${outcome.id} for ${outcome.ttl}`,
        outcome.header?.revision ?? 0,
      )
      demand(outcome.ttl >= ttl, `lease ${id} is granted less than it asked for`)
      leases.promised(id, calledMs, outcome.ttl)
      const lease = { id, ttlSeconds: outcome.ttl }
      this.held.push(lease)
      if (random.below(100) < kept) this.keep(lease)
    } else if (error !== undefined) history.failed(operation, error)
  }

  /** Renews it three times in its time, beside all else; ends when the lease does. */
  private keep(lease: Held): void {
    const { world } = this
    const go = async () => {
      while (!world.over && this.held.includes(lease)) {
        const member = world.anyMember()
        if (member.serving !== undefined) await this.renew(member, member.serving, lease)
        await world.wait(lease.ttlSeconds * 333)
      }
    }
    world.beside(go())
  }

  private async renew(member: SimulatedMember, serving: Serving, lease: Held): Promise<void> {
    const { clock, swarm, leases } = this.world
    const calledMs = clock.nowMs()
    const signal = new CancelSource()
    const patience = serving.process.schedule(swarm.requestTimeoutMs, () => {
      signal.abort(new MetastoreError('deadline-exceeded'))
    })
    const { outcome } = await this.world.heard(member, serving, (store) => {
      return store.leaseKeepAlive({ id: lease.id }, { signal })
    })
    patience.cancel()
    this.world.note(`renewal of ${lease.id} at member ${member.id}: ${outcome?.ttl}`)
    if (outcome === undefined) return
    if (outcome.ttl > 0) {
      demand(outcome.ttl === lease.ttlSeconds, `lease ${lease.id} is renewed for another time`)
      leases.promised(lease.id, calledMs, outcome.ttl)
    } else this.forget(lease)
  }

  private async revoke(member: SimulatedMember, serving: Serving, lease: Held): Promise<void> {
    this.forget(lease)
    this.world.leases.revokeAsked(lease.id)
    const { outcome } = await this.world.heard(member, serving, (store) => {
      return store.leaseRevoke({ id: lease.id })
    })
    this.world.note(`revocation of ${lease.id}: ${outcome?.header?.revision}`)
    if (outcome === undefined) return
    const { leases } = this.world.chronicle.state
    demand(!leases.has(lease.id), `lease ${lease.id} was revoked and is still there`)
  }

  private forget(lease: Held): void {
    this.held = this.held.filter((other) => other !== lease)
  }
}
