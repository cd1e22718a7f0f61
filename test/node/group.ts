import { seededRandom } from '../../src/base/random.js'
import { InMemoryNetwork, RaftNode, type RaftNodeOptions } from '../../src/node/index.js'
import { SimulatedClock } from '../sim/simulated-clock.js'
import { SimulatedDisk } from '../sim/simulated-disk.js'
import { EchoMachine } from './node-fixture.js'

interface GroupMember {
  readonly id: bigint
  readonly node: RaftNode
  readonly machine: EchoMachine
}

/** Several nodes of one process over simulated clock and disks. */
export class Group {
  readonly clock = new SimulatedClock()
  readonly network = new InMemoryNetwork(this.clock.defer)
  readonly fatal: Error[] = []
  readonly removed: bigint[] = []
  readonly dropped: string[] = []
  /** The members that run. */
  readonly members = new Map<bigint, GroupMember>()
  private readonly random
  readonly disks = new Map<bigint, SimulatedDisk>()

  private constructor(
    seed: number,
    private readonly ids: readonly bigint[],
    private readonly options: Partial<RaftNodeOptions>,
  ) {
    this.random = seededRandom(seed)
  }

  /** `count` voters, of which all are started, or those of `started`. */
  static async start(
    options: Partial<RaftNodeOptions> = {},
    seed = 1,
    count = 3,
    started?: readonly bigint[],
  ): Promise<Group> {
    const ids = Array.from({ length: count }, (_, at) => BigInt(at + 1))
    const group = new Group(seed, ids, options)
    for (const id of started ?? ids) await group.open(id)
    return group
  }

  /** A member begins a life, on the disk it left in the one before. */
  async open(id: bigint, options: Partial<RaftNodeOptions> = {}): Promise<GroupMember> {
    const { clock, random } = this
    const disk = this.disks.get(id) ?? new SimulatedDisk(clock, random)
    this.disks.set(id, disk)
    const machine = new EchoMachine()
    const opening = RaftNode.open({
      memberId: id,
      groupId: 1n,
      initialVoters: this.ids,
      stateMachine: machine,
      storage: { fileSystem: disk, directory: '/data', segmentBytes: 64 * 1024 },
      transport: options.transport ?? this.network.transport(id),
      clock,
      random,
      defer: clock.defer,
      onFatal: (error) => this.fatal.push(error),
      onRemoved: () => this.removed.push(id),
      onDropped: (_message, problem) => this.dropped.push(problem),
      ...this.options,
      ...options,
    })
    const member = { id, machine, node: await clock.complete(opening) }
    this.members.set(id, member)
    return member
  }

  member(id: bigint): GroupMember {
    const member = this.members.get(id)
    if (member === undefined) throw new Error(`member ${id} does not run`)
    return member
  }

  /** Without a word to the others. */
  async kill(id: bigint): Promise<void> {
    const { node } = this.member(id)
    this.network.isolate(id)
    this.members.delete(id)
    await this.clock.complete(node.close())
    this.network.heal()
  }

  /** The one that all who run agree on, once they do. */
  async leader(among = [...this.members.keys()]): Promise<GroupMember> {
    await this.clock.until(() => this.agreed(among) !== undefined)
    return this.member(this.agreed(among) ?? 0n)
  }

  followers(): GroupMember[] {
    return [...this.members.values()].filter(({ node }) => node.status().state !== 'leader')
  }

  /** All who run have applied the same. */
  async settled(): Promise<string[]> {
    const texts = () => [...this.members.values()].map(({ machine }) => machine.texts.join('\n'))
    const commits = () => [...this.members.values()].map(({ node }) => node.status())
    await this.clock.until(() => {
      const commit = Math.max(...commits().map((status) => status.commit))
      return commits().every(({ applied }) => applied === commit) && new Set(texts()).size === 1
    })
    const [first] = this.members.values()
    return first?.machine.texts ?? []
  }

  async close(): Promise<void> {
    const closing = Promise.all([...this.members.values()].map(({ node }) => node.close()))
    await this.clock.complete(closing)
    await this.network.close()
  }

  /** Of exactly one leader, whom all name in the same term; fails on two of one term. */
  private agreed(among: readonly bigint[]): bigint | undefined {
    const statuses = among.map((id) => this.member(id).node.status())
    const leaders = statuses.filter(({ state }) => state === 'leader')
    if (new Set(leaders.map(({ term }) => term)).size !== leaders.length) {
      throw new Error('two members lead one term')
    }
    const [leader] = leaders
    if (leader === undefined || leaders.length > 1) return undefined
    const same = statuses.every(
      ({ term, leaderId }) => term === leader.term && leaderId === leader.nodeId,
    )
    return same ? leader.nodeId : undefined
  }
}
