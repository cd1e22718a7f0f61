import { MetastoreError } from '../../../src/base/errors.js'
import type { Random } from '../../../src/base/random.js'
import { MemoryEngine } from '../../../src/engine/index.js'
import type { RaftNode } from '../../../src/node/index.js'
import { openStore, type Store } from '../../../src/store/index.js'
import { Violation } from '../check/violation.js'
import type { SimulatedClock } from '../simulated-clock.js'
import { SimulatedDisk } from '../simulated-disk.js'
import { SimulatedEngine } from '../world/engine.js'
import { EngineDisk } from '../world/engine-disk.js'
import type { SimulatedNetwork } from '../world/network.js'
import { SimulatedProcess } from '../world/process.js'
import { simulatedScratch } from '../world/scratch.js'
import { BrokenConnection } from '../world/way.js'
import { electionTimeoutMs, type Swarm, tickMs } from './swarm.js'

/** Little, so that much of it goes to the scratch file. */
const rangeCacheBytes = 16 * 1024

export const progressIntervalMs = 2000

export interface MemberWorld {
  readonly swarm: Swarm
  readonly clock: SimulatedClock
  readonly random: Random
  readonly network: SimulatedNetwork
  readonly note: (text: string) => void
  /** Ends the run. */
  readonly broken: (error: unknown) => void
  readonly anyDiskTroubled: () => boolean
  readonly processEnded: (member: bigint) => void
}

/** One life of a member, once it serves. */
export interface Serving {
  readonly store: Store
  readonly node: RaftNode
  readonly process: SimulatedProcess
  /** Revisions this life has shown to reads that take what is there. */
  shownRevision: number
}

/** One member of the cluster: its disks, and the process that runs on them or does not. */
export class SimulatedMember {
  readonly disk: SimulatedDisk
  readonly engineDisk = new EngineDisk()
  serving: Serving | undefined
  /** Set by whoever makes the disk fail: what the process then does is no fault of its own. */
  diskTroubled = false
  /** Set when the node opens, before the store is made. */
  node: RaftNode | undefined
  lives = 0
  private process: SimulatedProcess | undefined
  private listeners = new Set<() => void>()

  constructor(
    readonly id: bigint,
    private readonly engineKind: 'memory' | 'own',
    private readonly world: MemberWorld,
  ) {
    this.disk = new SimulatedDisk(world.clock, world.random)
    this.disk.flipsBits = world.swarm.flipsBits
    this.disk.note = (line) => world.note(`${id} ${line}`)
  }

  /** A process is there, serving or on its way to. */
  get running(): boolean {
    return this.process !== undefined
  }

  /** `ended` is called when this life is over. Returns what forgets it. */
  onEnd(ended: () => void): () => void {
    this.listeners.add(ended)
    return () => void this.listeners.delete(ended)
  }

  start(): void {
    if (this.process !== undefined) return
    const { clock, note } = this.world
    this.lives++
    const process = new SimulatedProcess(clock, this.lives * 10 + Number(this.id))
    this.process = process
    this.disk.handTo(process)
    note(`${this.id} starts`)
    this.open(process).then(
      (store) => this.opened(process, store),
      (error: unknown) => {
        if (this.process === process) this.refused(error)
      },
    )
  }

  /** A member may refuse to start on damage that it names; with the damage mended it has to. */
  private refused(error: unknown): void {
    const named = error instanceof MetastoreError && error.message.includes('/data/member')
    this.end('process')
    if (named && this.disk.mendFlips()) this.start()
    else if (!this.diskTroubled) {
      this.world.broken(new Violation(`${this.id} does not start: ${describe(error)}`))
    }
  }

  /** The process is gone at once; with the power, also what was not synced. */
  end(how: 'process' | 'power'): void {
    const { process } = this
    if (process === undefined) return
    this.world.note(`${this.id} ends: ${how}`)
    process.end()
    this.process = undefined
    this.serving = undefined
    this.node = undefined
    if (how === 'power') this.disk.losePower()
    else this.disk.endProcess()
    this.engineDisk.crash(this.world.random)
    this.world.processEnded(this.id)
    const listeners = [...this.listeners]
    this.listeners.clear()
    for (const ended of listeners) ended()
  }

  /** As when somebody stops the server: it has time to finish. */
  async close(): Promise<void> {
    const { serving } = this
    if (serving === undefined) return
    this.serving = undefined
    this.world.note(`${this.id} closes`)
    try {
      await serving.store.close()
    } catch (error) {
      if (!this.diskTroubled) throw error
    }
    if (this.process === serving.process) this.end('process')
  }

  pause(): void {
    this.process?.pause()
  }

  goOn(): void {
    this.process?.goOn()
  }

  private opened(process: SimulatedProcess, store: Store): void {
    const { node } = this
    if (this.process !== process || node === undefined) return
    this.world.note(`${this.id} serves`)
    this.disk.forgetFlips()
    this.serving = { store, node, process, shownRevision: 0 }
  }

  private open(process: SimulatedProcess): Promise<Store> {
    const { swarm, random, network, broken } = this.world
    const engine =
      this.engineKind === 'memory'
        ? new MemoryEngine(process.nextTurn)
        : new SimulatedEngine(this.engineDisk, process, random, process.nextTurn)
    return openStore({
      engine,
      scratch: simulatedScratch(process),
      clusterId: 1n,
      limits: { maxTxnOperations: 128, maxRequestBytes: 100_000, rangeCacheBytes },
      clock: process,
      random,
      electionTimeoutMs,
      progressIntervalMs,
      leaseCheckpoints: swarm.leaseCheckpoints,
      node: {
        memberId: this.id,
        initialVoters: swarm.members,
        storage: {
          fileSystem: this.disk,
          directory: '/data/member',
          segmentBytes: swarm.segmentBytes,
          snapshotThresholdBytes: swarm.snapshotThresholdBytes,
        },
        transport: network.transport(this.id, process),
        tickMs,
        electionTicks: electionTimeoutMs / tickMs,
        initialElectionTickAdvance: swarm.initialElectionTickAdvance,
        catchUpEntries: swarm.catchUpEntries,
        requestTimeoutMs: swarm.requestTimeoutMs,
        defer: process.defer,
        onFatal: (error) => this.failed(process, error),
        onDropped: (message, problem) => {
          const what = `${message.type} of ${message.from} to ${message.to}`
          broken(new Violation(`${what} cannot have been sent: ${problem}`))
        },
      },
      nextTurn: process.nextTurn,
      onTrouble: (what, error) => {
        if (isExpected(error) || this.diskTroubled) return
        // A snapshot fails here when the disk of the one who takes it does.
        if (isOfDisk(error) && this.world.anyDiskTroubled()) return
        broken(new Violation(`${this.id} has trouble ${what}: ${describe(error)}`))
      },
    })
  }

  /** The server ends its process when the node cannot go on. */
  private failed(process: SimulatedProcess, error: Error): void {
    if (!this.diskTroubled) {
      this.world.broken(new Violation(`${this.id} gives up: ${describe(error)}`))
    }
    this.world.clock.schedule(0, () => {
      if (this.process === process) this.end('process')
    })
  }
}

/** What happens when nobody leads, or this member does not any more. */
function isExpected(error: unknown): boolean {
  if (error instanceof BrokenConnection) return true
  if (!(error instanceof MetastoreError)) return false
  return error.status === 'Unavailable' || error.code === 'not-leader'
}

function isOfDisk(error: unknown): boolean {
  return error instanceof MetastoreError && ['disk-failed', 'no-space'].includes(error.code)
}

export function describe(error: unknown): string {
  if (error instanceof Violation) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
