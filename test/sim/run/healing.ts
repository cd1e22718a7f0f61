import type { Chronicle } from '../check/chronicle.js'
import { describeRange, putAnswer, rangeAnswer } from '../check/describe.js'
import type { History } from '../check/history.js'
import type { LeasePromises } from '../check/lease-promises.js'
import { valuesIn } from '../check/model.js'
import { taggedValue } from '../check/tags.js'
import { demand, Violation } from '../check/violation.js'
import type { SimulatedClock } from '../simulated-clock.js'
import type { Serving, SimulatedMember } from './member.js'
import { electionTimeoutMs, type Swarm } from './swarm.js'
import type { Watcher } from './watcher.js'

/** A healed cluster takes writes and reads on every member within so many election timeouts. */
const liveWithin = 20
/** What is left of clients' calls, and of leases that nobody renews, ends within this. */
const quietWithinMs = 40_000

/** Messages of the time before arrive within this. */
const latestMessageMs = 4_000

interface HealingWorld {
  readonly clock: SimulatedClock
  readonly swarm: Swarm
  readonly members: readonly SimulatedMember[]
  readonly watchers: readonly Watcher[]
  readonly chronicle: Chronicle
  readonly history: History
  readonly leases: LeasePromises
  readonly clientsEnded: () => boolean
  readonly note: (text: string) => void
  readonly broken: (error: unknown) => void
  /** Lets time pass until it is so; throws when it does not come about. */
  readonly wait: (reached: () => boolean, limitMs: number) => Promise<void>
}

const everything = { key: 'k', rangeEnd: 'z' }

/** What a cluster owes when the harm has ended: life, and the same state everywhere. */
export class Healing {
  constructor(private readonly world: HealingWorld) {}

  async check(): Promise<void> {
    await this.becomesLive()
    const { chronicle, leases, members, watchers, clock } = this.world
    await this.reach('clients hear of their calls', this.world.clientsEnded, quietWithinMs)
    const lateMs = clock.nowMs() + latestMessageMs
    clock.schedule(latestMessageMs, () => {})
    await this.world.wait(() => clock.nowMs() >= lateMs, latestMessageMs)
    await this.reach('leases end', () => chronicle.state.leases.size === 0, quietWithinMs)
    leases.checkGone(chronicle)
    const applied = (member: SimulatedMember) => member.node?.status().applied
    await this.reach(
      'all apply the same',
      () => members.every((member) => applied(member) === chronicle.lastIndex),
      liveWithin * electionTimeoutMs,
    )
    const seeAll = () => watchers.every((watcher) => watcher.upToDate)
    await this.reach('watchers see everything', seeAll, quietWithinMs)
    await this.compare()
    for (const member of members) await this.complete(member.close())
  }

  /** A write and a read on every member. */
  private async becomesLive(): Promise<void> {
    const left = new Set(this.world.members)
    for (const member of this.world.members) {
      this.ask(member).then(
        () => left.delete(member),
        () => {},
      )
    }
    const limitMs = liveWithin * electionTimeoutMs
    try {
      await this.world.wait(() => left.size === 0, limitMs)
    } catch (error) {
      if (error instanceof Violation) throw error
      const silent = [...left].map(({ id }) => id).join(', ')
      throw new Violation(`members ${silent} are not live ${limitMs} ms after the harm: ${error}`)
    }
  }

  private async ask(member: SimulatedMember): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const { serving } = member
      if (serving !== undefined && (await this.isLive(member.id, serving, attempt))) return
      await new Promise<void>((resolve) => void this.world.clock.schedule(100, resolve))
    }
  }

  private async isLive(member: bigint, { store }: Serving, attempt: number): Promise<boolean> {
    const { history, note } = this.world
    const name = `live-${member}`
    const tag = `${name}.${attempt}`
    const key = Buffer.from(name)
    const put = history.called({ kind: 'write', what: `write as ${tag}`, member, tag })
    const read = { kind: 'read', what: `read as ${tag}`, member } as const
    try {
      const written = await store.put({ key, value: taggedValue(tag, 0) })
      history.answered(put, putAnswer(written), written.header?.revision ?? 0)
      const reading = history.called({ ...read, asked: { key: name, rangeEnd: '' } })
      const found = await store.range({ key })
      history.answered(reading, rangeAnswer(found), found.header?.revision ?? 0)
      note(`${name} is live`)
      return true
    } catch (error) {
      if (error instanceof Violation) this.world.broken(error)
      note(`${name}: ${error}`)
      return false
    }
  }

  private async compare(): Promise<void> {
    const { members, chronicle, swarm } = this.world
    const { state } = chronicle
    const expected = describeRange(state.revision, valuesIn(state.values, everything))
    const hashes: string[] = []
    for (const { serving, id } of members) {
      if (serving === undefined) throw new Violation(`${id} has ended after the harm`)
      const { store } = serving
      const request = { key: Buffer.from('k'), rangeEnd: Buffer.from('z'), serializable: true }
      const found = rangeAnswer(await this.complete(store.range(request)))
      demand(found === expected, `${id} holds "${found}" and not "${expected}"`)
      const { hash: ofKeys, compactRevision } = await this.complete(store.hashKv({}))
      const { hash: ofAll } = await this.complete(store.hash())
      hashes.push(`${ofKeys} ${compactRevision} ${ofAll}`)
    }
    const differ = `the hashes of ${swarm.members.join(', ')} are ${hashes.join(', ')}`
    demand(new Set(hashes).size === 1, differ)
  }

  private async complete<T>(promise: Promise<T>): Promise<T> {
    let done = false
    const end = () => {
      done = true
    }
    promise.then(end, end)
    await this.world.wait(() => done, quietWithinMs)
    return await promise
  }

  private async reach(what: string, reached: () => boolean, limitMs: number): Promise<void> {
    try {
      await this.world.wait(reached, limitMs)
    } catch (error) {
      if (error instanceof Error && error.message === 'it did not come about in time') {
        throw new Violation(`${what}: not within ${limitMs} ms`)
      }
      throw error
    }
  }
}
