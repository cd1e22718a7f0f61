import { seededRandom } from '../../src/base/random.js'
import {
  InMemoryNetwork,
  type PeerReceiver,
  RaftNode,
  type RaftNodeOptions,
  type Transport,
} from '../../src/node/index.js'
import { SimulatedClock } from '../sim/simulated-clock.js'
import { SimulatedDisk } from '../sim/simulated-disk.js'
import { type StoredTally, TallyMachine } from '../sim/tally-machine.js'
import { SimulatedProcess } from '../sim/world/process.js'

const fewWrites = 5

export type SendSnapshot = Transport['sendSnapshot']

export type Keeping = 'own' | 'snapshots' | 'nothing'

interface Life {
  readonly id: bigint
  readonly node: RaftNode
  readonly machine: TallyMachine
  readonly clock: SimulatedProcess
  readonly transport: Transport
}

/** Nodes whose leader keeps few entries, so that who misses some needs a snapshot. */
export class SnapshotGroup {
  readonly clock = new SimulatedClock()
  readonly network = new InMemoryNetwork(this.clock.defer)
  readonly lives = new Map<bigint, Life>()
  readonly fatal: Error[] = []
  readonly troubles: unknown[] = []
  /** What each member's transport brings goes through here, if a test says so. */
  receiver: (id: bigint, receiver: PeerReceiver) => PeerReceiver = (_, receiver) => receiver
  /** What every member is opened with besides. */
  options: Partial<RaftNodeOptions> = {}
  /** Takes the place of the network for snapshots, if a test says so. */
  send: SendSnapshot | undefined
  readonly disks = new Map<bigint, SimulatedDisk>()
  private readonly stored = new Map<bigint, StoredTally>()
  private readonly ways = new Map<bigint, SendSnapshot>()
  private readonly random
  private proposed = 0

  constructor(
    private readonly keeping: Keeping,
    seed = 1,
    count = 3,
  ) {
    this.random = seededRandom(seed)
    for (const id of Array.from({ length: count }, (_, at) => BigInt(at + 1))) {
      this.disks.set(id, new SimulatedDisk(this.clock, this.random))
      this.stored.set(id, { rows: [], index: 0 })
    }
  }

  async start(): Promise<Life> {
    for (const id of this.disks.keys()) await this.open(id)
    return this.leader()
  }

  /** Begins a life; `opening`, without waiting for it to be open. */
  async open(id: bigint, options: Partial<RaftNodeOptions> = {}): Promise<Life> {
    const clock = new SimulatedProcess(this.clock, Number(id))
    const { random } = this
    const disk = this.disk(id)
    disk.handTo(clock)
    const stored = { ...(this.stored.get(id) ?? { rows: [], index: 0 }) }
    if (this.keeping !== 'nothing') this.stored.set(id, stored)
    const durability = this.keeping === 'snapshots' ? 'snapshots' : 'own'
    const machine = new TallyMachine({ durability, stored, clock, random })
    const transport = this.transport(id)
    const storage = {
      fileSystem: disk,
      directory: '/data/member',
      segmentBytes: 16 * 1024,
      snapshotThresholdBytes: 16 * 1024,
    }
    const node = await this.clock.complete(
      RaftNode.open({
        memberId: id,
        groupId: 1n,
        initialVoters: [...this.disks.keys()],
        stateMachine: machine,
        transport,
        clock,
        random,
        defer: clock.defer,
        catchUpEntries: 16,
        onFatal: (error) => this.fatal.push(error),
        onTrouble: (_what, error) => this.troubles.push(error),
        ...(this.keeping === 'nothing' ? {} : { storage }),
        ...this.options,
        ...options,
      }),
    )
    const life = { id, node, machine, clock, transport }
    this.lives.set(id, life)
    return life
  }

  disk(id: bigint): SimulatedDisk {
    return this.disks.get(id) as SimulatedDisk
  }

  life(id: bigint): Life {
    return this.lives.get(id) as Life
  }

  /** The machines of all members stop, and start again. */
  async restart(): Promise<void> {
    for (const id of this.disks.keys()) await this.crash(id)
    this.network.heal()
    for (const id of this.disks.keys()) await this.open(id)
  }

  /** The machine of a member stops. */
  async crash(id: bigint): Promise<void> {
    const { clock, transport } = this.life(id)
    this.lives.delete(id)
    clock.end()
    await transport.close()
    this.disk(id).losePower()
    // What the old life's machine still holds must not reach the disk of the next.
    this.stored.set(id, { ...(this.stored.get(id) as StoredTally) })
  }

  async leader(): Promise<Life> {
    const leading = () => {
      const lives = [...this.lives.values()]
      const found = lives.find(({ node }) => node.status().state === 'leader')
      const agreed = lives.filter(({ node }) => node.status().leaderId === found?.id)
      return agreed.length > 1 ? found : undefined
    }
    await this.clock.until(() => leading() !== undefined)
    return leading() as Life
  }

  /** A member that does not lead. */
  async follower(): Promise<bigint> {
    const { id } = await this.leader()
    return [...this.lives.keys()].find((other) => other !== id) as bigint
  }

  /** A few at a time, so that the leader can let go of them a few at a time. */
  async write(count: number, sizeBytes = 40): Promise<void> {
    for (let left = count; left > 0; left -= fewWrites) {
      const { node } = await this.leader()
      const answers = Array.from({ length: Math.min(left, fewWrites) }, () => {
        this.proposed++
        return node.propose(Buffer.from(`${this.proposed}:`.padEnd(sizeBytes, '.')), undefined)
      })
      await this.clock.complete(Promise.all(answers))
    }
  }

  /** All who run hold the same, and nobody had to stop. */
  async settled(limitMs?: number): Promise<void> {
    const texts = () => [...this.lives.values()].map(({ machine }) => JSON.stringify(machine.rows))
    const indexes = () => [...this.lives.values()].map(({ node }) => node.status())
    await this.clock.until(() => {
      const commit = Math.max(...indexes().map((status) => status.commit))
      return indexes().every(({ applied }) => applied === commit) && new Set(texts()).size === 1
    }, limitMs)
    const [first] = this.lives.values()
    if (first?.machine.rows.length !== this.proposed) throw new Error('a write is lost or twice')
    if (this.fatal.length > 0) throw this.fatal[0]
  }

  /** Over the network. */
  readonly sendNow: SendSnapshot = (request, pieces, signal) => {
    return (this.ways.get(request.from) as SendSnapshot)(request, pieces, signal)
  }

  async close(): Promise<void> {
    const closing = [...this.lives.values()].map(({ node }) => node.close())
    await this.clock.complete(Promise.all(closing))
    await this.network.close()
  }

  private transport(id: bigint): Transport {
    const transport = this.network.transport(id)
    const start = transport.start.bind(transport)
    const sendNow = transport.sendSnapshot.bind(transport)
    this.ways.set(id, sendNow)
    return Object.assign(transport, {
      sendSnapshot: (...snapshot: Parameters<SendSnapshot>) => (this.send ?? sendNow)(...snapshot),
      start: (receiver: PeerReceiver) => start(this.receiver(id, receiver)),
    })
  }
}
