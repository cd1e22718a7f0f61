import type { Random } from '../../../src/base/random.js'
import type { PeerMessage } from '../../../src/node/index.js'
import type { SimulatedClock } from '../simulated-clock.js'
import { failed } from '../simulated-disk.js'
import { calm, type SimulatedNetwork } from '../world/network.js'
import type { SimulatedMember } from './member.js'
import type { Fault, Swarm } from './swarm.js'

const mostHarmMs = 4000
const promises = new Set(['vote-request', 'vote-response', 'append-response'])

interface NemesisWorld {
  readonly swarm: Swarm
  readonly clock: SimulatedClock
  readonly random: Random
  readonly network: SimulatedNetwork
  readonly members: readonly SimulatedMember[]
  readonly note: (text: string) => void
  readonly broken: (error: unknown) => void
}

/** Does harm to a cluster, one fault after another, each for a while. */
export class Nemesis {
  private over = false
  private ambush = false

  constructor(private readonly world: NemesisWorld) {}

  begin(): void {
    this.world.network.conditions = this.world.swarm.conditions
    this.next()
  }

  /** No more harm, and all harm undone: what was stopped starts, and disks work. */
  heal(): void {
    const { network, members, note } = this.world
    this.over = true
    this.ambush = false
    note('heal')
    network.conditions = calm
    network.mendAll()
    for (const member of members) {
      member.disk.failure = () => undefined
      member.disk.capacityBytes = Number.POSITIVE_INFINITY
      member.goOn()
      if (member.diskTroubled) member.end('process')
      member.diskTroubled = false
      member.start()
    }
  }

  /** In an ambush, whoever has just promised something may end, and come back before it is forgotten. */
  sent({ type, from }: PeerMessage): void {
    if (!this.ambush || this.over || !promises.has(type)) return
    const { random, clock, members } = this.world
    if (random.below(type === 'append-response' ? 40 : 3) > 0) return
    const member = members.find(({ id }) => id === from)
    clock.schedule(0, () => {
      if (this.over) return
      member?.end(random.below(2) === 0 ? 'process' : 'power')
      this.later(random.below(30), () => member?.start())
    })
  }

  private next(): void {
    const { swarm, random } = this.world
    if (swarm.faults.length === 0) return
    this.later(random.below(2 * swarm.calmMs), () => {
      const fault = swarm.faults[random.below(swarm.faults.length)] as Fault
      this.world.note(`fault: ${fault}`)
      this.cause(fault, this.anyMember())
      this.next()
    })
  }

  private cause(fault: Fault, member: SimulatedMember): void {
    this.harms[fault](member)
  }

  private readonly harms: Readonly<Record<Fault, (member: SimulatedMember) => void>> = {
    crash: (member) => this.stop(member, 'process'),
    'power-loss': (member) => this.stop(member, 'power'),
    close: (member) => {
      const closed = () => (this.over ? member.start() : this.startLater(member))
      member.close().then(closed, this.world.broken)
    },
    pause: (member) => {
      member.pause()
      this.afterHarm(() => member.goOn())
    },
    isolate: ({ id }) => this.cut((from, to) => (from === id) !== (to === id)),
    split: () => {
      const { swarm, random } = this.world
      const side = new Set(swarm.members.filter(() => random.below(2) === 0))
      this.cut((from, to) => side.has(from) !== side.has(to))
    },
    'one-way': ({ id }) => {
      const inwards = this.world.random.below(2) === 0
      this.cut((from, to) => (inwards ? to : from) === id)
    },
    'close-ways': ({ id }) => this.closeWaysOf(id),
    'sync-error': (member) => this.failSyncs(member),
    'full-disk': (member) => this.fill(member),
    transfer: (member) => this.transfer(member),
    ambush: () => {
      this.ambush = true
      this.afterHarm(() => {
        this.ambush = false
      })
    },
  }

  private stop(member: SimulatedMember, how: 'process' | 'power'): void {
    member.end(how)
    this.startLater(member)
  }

  private cut(separates: (from: bigint, to: bigint) => boolean): void {
    const { network, swarm } = this.world
    for (const from of swarm.members) {
      for (const to of swarm.members) {
        if (from !== to && separates(from, to)) network.cutWay(from, to)
      }
    }
    this.afterHarm(() => network.mendAll())
  }

  /** A member is on its own, but hears what was said to it before, as late as that may come. */
  private closeWaysOf(member: bigint): void {
    const { network, swarm } = this.world
    for (const other of swarm.members) {
      if (other === member) continue
      network.cutWay(member, other)
      network.closeWay(other, member)
    }
    this.afterHarm(() => network.mendAll())
  }

  private failSyncs(member: SimulatedMember): void {
    member.diskTroubled = true
    member.disk.failure = (operation, path) => {
      const fails = operation === 'sync' && this.world.random.below(3) === 0
      return fails ? failed('EIO', path) : undefined
    }
    this.afterHarm(() => this.restart(member))
  }

  private fill(member: SimulatedMember): void {
    member.diskTroubled = true
    member.disk.capacityBytes = member.disk.usedBytes + this.world.random.below(8192)
    this.afterHarm(() => this.restart(member))
  }

  private restart(member: SimulatedMember): void {
    member.disk.failure = () => undefined
    member.disk.capacityBytes = Number.POSITIVE_INFINITY
    member.end('process')
    member.diskTroubled = false
    member.start()
  }

  /** To any member, by whoever leads; it may fail. */
  private transfer(to: SimulatedMember): void {
    for (const { serving } of this.world.members) {
      if (serving?.node.status().state !== 'leader') continue
      serving.process.run(() => void serving.node.transferLeadership(to.id).catch(() => {}))
    }
  }

  private startLater(member: SimulatedMember): void {
    this.afterHarm(() => member.start())
  }

  private afterHarm(end: () => void): void {
    this.later(this.world.random.below(mostHarmMs), end)
  }

  private later(delayMs: number, then: () => void): void {
    this.world.clock.schedule(delayMs, () => {
      if (!this.over) then()
    })
  }

  private anyMember(): SimulatedMember {
    const { members, random } = this.world
    return members[random.below(members.length)] as SimulatedMember
  }
}
