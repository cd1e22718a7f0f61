import { type Random, seededRandom } from '../../../src/base/random.js'
import { RaftNode, type RaftNodeOptions, type StateMachine } from '../../../src/node/index.js'
import { Chronicle } from '../check/chronicle.js'
import { History } from '../check/history.js'
import { LeasePromises } from '../check/lease-promises.js'
import { RaftPromises } from '../check/raft-promises.js'
import { checkStrictSerializability } from '../check/strict-serializability.js'
import { SimulatedClock } from '../simulated-clock.js'
import { SimulatedNetwork } from '../world/network.js'
import { Client } from './client.js'
import { ClientWorld } from './client-world.js'
import { Healing } from './healing.js'
import { SimulatedMember } from './member.js'
import { Nemesis } from './nemesis.js'
import { drawSwarm, type Swarm } from './swarm.js'
import { Trace } from './trace.js'
import { Watcher } from './watcher.js'

export interface RunOptions {
  readonly members?: number | undefined
  /** Takes the place of some of what the seed draws. */
  readonly swarm?: Partial<Swarm> | undefined
  /** Keeps what happened as text. */
  readonly keepsLines?: boolean
}

/** What came about in a run, so that it is seen whether it tested anything. */
export interface RunFigures {
  readonly operations: number
  readonly answered: number
  readonly revisions: number
  readonly elections: number
  readonly lives: number
  readonly snapshots: number
  readonly watchEvents: number
  readonly leasesExpired: number
  readonly simulatedMs: number
}

/** One seed: a whole cluster that suffers, heals, and is held against all that it promises. */
export class ClusterRun {
  readonly swarm: Swarm
  readonly trace: Trace
  private readonly clock = new SimulatedClock()
  private readonly random: Random
  private readonly network: SimulatedNetwork
  private readonly raft: RaftPromises
  private readonly chronicle: Chronicle
  private readonly history: History
  private readonly leases: LeasePromises
  private readonly members: readonly SimulatedMember[]
  private readonly watchers: Watcher[] = []
  private readonly world: ClientWorld
  private readonly nemesis: Nemesis
  private failure: unknown
  private snapshots = 0
  /** Those that are still at something. */
  private clients = 0

  constructor(
    readonly seed: number,
    options: RunOptions = {},
  ) {
    const { clock } = this
    this.swarm = { ...drawSwarm(seed, options.members), ...options.swarm }
    this.random = seededRandom(seed)
    const { swarm, random } = this
    const nowMs = () => clock.nowMs()
    this.trace = new Trace(nowMs, options.keepsLines)
    const note = (text: string) => this.trace.add(text)
    const broken = (error: unknown) => this.break(error)
    this.network = new SimulatedNetwork(clock, random)
    const { network } = this
    this.raft = new RaftPromises(swarm.members)
    this.leases = new LeasePromises(nowMs)
    this.chronicle = new Chronicle(nowMs, (deed) => this.leases.happened(deed))
    this.history = new History(this.chronicle)
    const processEnded = (member: bigint) => {
      this.raft.ended(member)
      network.processEnded(member)
    }
    const anyDiskTroubled = () => this.members.some(({ diskTroubled }) => diskTroubled)
    const shared = { swarm, clock, random, network, note, broken }
    this.members = swarm.members.map((id, at) => {
      const engine = swarm.engines[at] ?? 'memory'
      return new SimulatedMember(id, engine, { ...shared, processEnded, anyDiskTroubled })
    })
    const { members, history, chronicle, leases } = this
    this.world = new ClientWorld(
      ...([clock, random, swarm, members, history, chronicle, leases, note] as const),
      (life) => this.begin(life),
    )
    this.nemesis = new Nemesis({ ...shared, members })
    network.onSent = (message) => {
      this.guard(() => this.raft.sent(message))
      this.nemesis.sent(message)
    }
    network.onSnapshot = () => this.snapshots++
    network.onDelivered = ({ type, from, to }) => note(`${type} ${from}>${to}`)
  }

  /** Throws what was broken. */
  async run(): Promise<void> {
    const unwatch = [this.raft.watchAll((error) => this.break(error)), this.watchNodes()]
    try {
      await this.suffer()
      await this.heal()
      this.history.checkRefusals()
      checkStrictSerializability(this.history, this.chronicle)
    } finally {
      for (const end of unwatch) end()
    }
  }

  get figures(): RunFigures {
    const { operations } = this.history
    return {
      operations: operations.length,
      answered: operations.filter(({ answer }) => answer !== undefined).length,
      revisions: this.chronicle.state.revision,
      elections: this.raft.elections,
      lives: this.members.reduce((sum, { lives }) => sum + lives, 0),
      snapshots: this.snapshots,
      watchEvents: this.watchers.reduce((sum, { seen }) => sum + seen, 0),
      leasesExpired: this.leases.expired,
      simulatedMs: Math.round(this.clock.nowMs()),
    }
  }

  private async suffer(): Promise<void> {
    const { swarm, world, nemesis } = this
    for (const member of this.members) member.start()
    for (let at = 1; at <= swarm.clients; at++) this.beginClient(`c${at}`)
    for (let at = 1; at <= swarm.watchers; at++) {
      const watcher = new Watcher(world, `w${at}`, (error) => this.break(error))
      this.watchers.push(watcher)
      this.begin(watcher.live())
    }
    nemesis.begin()
    await this.pass(swarm.safetyMs)
  }

  private async heal(): Promise<void> {
    this.world.over = true
    this.nemesis.heal()
    const { clock, members, watchers, chronicle, history, leases, swarm } = this
    const healing = new Healing({
      ...{ clock, members, watchers, chronicle, history, leases, swarm },
      clientsEnded: () => this.clients === 0,
      note: (text) => this.trace.add(text),
      broken: (error) => this.break(error),
      wait: (reached, limitMs) => this.until(reached, limitMs),
    })
    await healing.check()
  }

  private beginClient(name: string): void {
    this.clients++
    const live = async () => {
      await new Client(this.world, name).live()
      this.clients--
    }
    this.begin(live())
  }

  private begin(life: Promise<void>): void {
    life.catch((error: unknown) => this.break(error))
  }

  private async pass(durationMs: number): Promise<void> {
    const endMs = this.clock.nowMs() + durationMs
    this.clock.schedule(durationMs, () => {})
    await this.until(() => this.clock.nowMs() >= endMs, durationMs)
  }

  private async until(reached: () => boolean, limitMs: number): Promise<void> {
    await this.clock.until(() => this.failure !== undefined || reached(), limitMs)
    if (this.failure !== undefined) throw this.failure
  }

  private guard(check: () => void): void {
    try {
      check()
    } catch (error) {
      this.break(error)
    }
  }

  private break(error: unknown): void {
    this.failure ??= error
  }

  /** Every node that opens is known here, and what it hands to its state machine. */
  private watchNodes(): () => void {
    const open = RaftNode.open
    RaftNode.open = async (options: RaftNodeOptions) => {
      const member = this.members.find(({ id }) => id === options.memberId)
      const stateMachine = this.watched(options.memberId, options.stateMachine)
      const node = await open.call(RaftNode, { ...options, stateMachine })
      if (member !== undefined) member.node = node
      return node
    }
    return () => {
      RaftNode.open = open
    }
  }

  private watched(member: bigint, machine: StateMachine): StateMachine {
    const apply: StateMachine['apply'] = (entries) => {
      this.guard(() => {
        for (const entry of entries) this.chronicle.applied(member, entry)
      })
      return machine.apply(entries)
    }
    return new Proxy(machine, {
      get(target, property) {
        if (property === 'apply') return apply
        const value: unknown = Reflect.get(target, property, target)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
  }
}
