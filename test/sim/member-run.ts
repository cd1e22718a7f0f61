import { MetastoreError } from '../../src/base/errors.js'
import { type Random, seededRandom } from '../../src/base/random.js'
import { RaftNode } from '../../src/node/index.js'
import { SimulatedClock } from './simulated-clock.js'
import { failed, SimulatedDisk } from './simulated-disk.js'
import { type StoredTally, TallyMachine, type TallyRow } from './tally-machine.js'

const lives = 5

/** One member, run through several lives that end in all the ways a life can end. */
export class MemberRun {
  readonly clock = new SimulatedClock()
  readonly disk: SimulatedDisk
  /** Payloads whose proposal was answered. */
  readonly acknowledged: TallyRow[] = []
  /** What was seen applied, by index, over all lives. */
  readonly applied = new Map<number, string>()
  readonly fatal: Error[] = []
  private readonly random: Random
  private readonly stored: StoredTally = { rows: [], index: 0 }
  private proposed = 0

  constructor(
    readonly seed: number,
    private readonly durability: 'own' | 'snapshots',
  ) {
    this.random = seededRandom(seed)
    this.disk = new SimulatedDisk(this.clock, this.random)
  }

  async run(): Promise<void> {
    for (let life = 1; life < lives; life++) await this.live()
    this.disk.failure = () => undefined
    const { node, machine } = await this.start()
    await this.clock.complete(node.readIndex())
    this.check(machine)
    await this.clock.complete(node.close())
  }

  private async live(): Promise<void> {
    const { node, machine } = await this.start()
    await this.clock.complete(node.readIndex())
    if (this.random.below(4) === 0) this.failSometimes()
    for (let burst = this.random.below(12); burst >= 0; burst--) {
      for (let count = this.random.below(6); count >= 0; count--) this.propose(node)
      await this.clock.advance(this.random.below(8))
    }
    this.check(machine)
    const end = this.random.below(4)
    if (end === 0) await this.clock.complete(node.close().catch((error) => this.fatal.push(error)))
    else if (end === 1) this.disk.endProcess()
    else this.disk.losePower()
    this.clock.dropAll()
    this.disk.failure = () => undefined
  }

  private async start() {
    const { clock, random, stored, disk, durability } = this
    const machine = new TallyMachine({ durability, stored, clock, random })
    const node = await clock.complete(
      RaftNode.open({
        memberId: 7n,
        groupId: 1n,
        initialVoters: [7n],
        stateMachine: machine,
        storage: {
          fileSystem: disk,
          directory: '/data/member',
          segmentBytes: 16 * 1024,
          snapshotThresholdBytes: 6 * 1024,
        },
        clock,
        random,
        defer: clock.defer,
        onFatal: (error) => this.fatal.push(error),
      }),
    )
    return { node, machine }
  }

  private propose(node: RaftNode): void {
    this.proposed++
    const text = `${this.proposed}:${'x'.repeat(this.random.below(900))}`
    const taken = (index: unknown) => {
      if (typeof index === 'number') this.acknowledged.push({ index, text })
    }
    node.propose(Buffer.from(text), undefined).then(taken, (error) => {
      if (!(error instanceof MetastoreError)) throw error
    })
  }

  private failSometimes(): void {
    this.disk.failure = (operation, path) => {
      const fails = operation === 'sync' && this.random.below(12) === 0
      return fails ? failed('EIO', path) : undefined
    }
  }

  /** Acknowledged is there; nothing is there twice; an index never changes what it holds. */
  private check(machine: TallyMachine): void {
    const texts = new Map<number, string>()
    let before = 0
    for (const { index, text } of machine.rows) {
      if (index <= before) throw this.wrong(`index ${index} was applied behind ${before}`)
      before = index
      texts.set(index, text)
      const earlier = this.applied.get(index)
      if (earlier !== undefined && earlier !== text) throw this.wrong(`index ${index} changed`)
      this.applied.set(index, text)
    }
    if (new Set(texts.values()).size !== machine.rows.length)
      throw this.wrong('a payload came twice')
    for (const { index, text } of this.acknowledged) {
      if (texts.get(index) !== text) throw this.wrong(`index ${index} was acknowledged and is lost`)
    }
  }

  private wrong(problem: string): Error {
    return new Error(`seed ${this.seed}, ${this.durability}: ${problem}`)
  }
}
