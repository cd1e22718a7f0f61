import type { Random } from '../../src/base/random.js'
import {
  type Configuration,
  defaultRaftLimits,
  type Entry,
  type HardState,
  initialHardState,
  type LogPosition,
  type MemberId,
  type Message,
  Raft,
  type RaftLimits,
  type Ready,
  type SnapshotMetadata,
} from '../../src/raft/index.js'

/** What survives a crash. */
export interface Disk {
  previous: LogPosition
  entries: Entry[]
  hardState: HardState
}

/** A Ready's part for the disk, and the messages that wait for it. */
export interface Write {
  readonly snapshot: SnapshotMetadata | undefined
  readonly entries: readonly Entry[]
  readonly hardState: HardState | undefined
  readonly messages: readonly Message[]
}

export interface MachineOptions {
  readonly id: MemberId
  readonly configuration: Configuration
  readonly random: Random
  readonly electionTicks?: number
  readonly limits?: Partial<RaftLimits>
  readonly hardState?: HardState
  readonly entries?: readonly Entry[]
  readonly preVote?: boolean
  readonly checkQuorum?: boolean
  readonly checkChanges?: boolean
  readonly stepDownOnRemoval?: boolean
}

/** One member with its disk and its state machine; every step of the driver is taken by hand. */
export class Machine {
  readonly id: MemberId
  readonly disk: Disk
  readonly #options: MachineOptions
  raft: Raft
  /** Writes under way, oldest first. */
  writes: Write[] = []
  /** The log as it will be on disk when all writes are done. */
  log: Entry[] = []
  previous: LogPosition = { index: 0, term: 0 }
  /** The state machine: the index of the last entry applied, and every configuration by its index. */
  applied = 0
  readonly configurations = new Map<number, Configuration>()
  /** Committed entries that have not been applied. */
  waiting: Entry[] = []
  /** Entries wait until they are applied by hand. */
  appliesLater = false
  /** The configurations in force since the last Ready, the present one last. */
  recentConfigurations: Configuration[] = []

  constructor(options: MachineOptions) {
    this.id = options.id
    this.#options = options
    this.disk = {
      previous: { index: 0, term: 0 },
      entries: [...(options.entries ?? [])],
      hardState: options.hardState ?? initialHardState,
    }
    this.configurations.set(0, options.configuration)
    this.raft = this.#start(0)
  }

  /** The next Ready; what it stores joins the writes under way, what it commits is applied. */
  take(): Ready {
    const ready = this.raft.ready()
    const { snapshot, entries, hardState, messagesAfterPersist: messages } = ready
    if (
      snapshot !== undefined ||
      entries.length > 0 ||
      hardState !== undefined ||
      messages.length > 0
    ) {
      this.writes.push({ snapshot, entries, hardState, messages })
    }
    if (snapshot !== undefined) {
      this.previous = { index: snapshot.index, term: snapshot.term }
      this.log = []
      this.waiting = []
    }
    this.log = appended(this.log, entries)
    this.waiting.push(...ready.committedEntries)
    if (!this.appliesLater) this.apply()
    return ready
  }

  apply(): void {
    for (const entry of this.waiting) {
      if (entry.index <= this.applied) continue
      this.applied = entry.index
      if (entry.kind === 'configuration') this.#configure(entry)
    }
    if (this.waiting.length > 0) this.raft.applied(this.applied)
    this.waiting = []
  }

  #configure(entry: Entry): void {
    const configuration = this.raft.applyConfiguration(entry)
    this.recentConfigurations.push(configuration)
    this.configurations.set(entry.index, configuration)
  }

  /** What the state machine held of the configuration when it had applied `index`. */
  configurationAt(index: number): Configuration {
    const places = [...this.configurations.keys()].filter((place) => place <= index)
    return this.configurations.get(Math.max(...places)) as Configuration
  }

  /** The oldest write becomes durable; the messages that waited for it are returned. */
  persist(): readonly Message[] {
    const write = this.writes.shift()
    if (write === undefined) return []
    const { snapshot, entries, hardState, messages } = write
    if (snapshot !== undefined) {
      this.disk.previous = { index: snapshot.index, term: snapshot.term }
      this.configurations.set(snapshot.index, snapshot.configuration)
      this.disk.entries = []
    }
    this.disk.entries = appended(this.disk.entries, entries)
    if (hardState !== undefined) this.disk.hardState = hardState
    const last = entries.at(-1) ?? snapshot
    if (last !== undefined) this.raft.persisted(last.index, last.term)
    if (snapshot !== undefined) {
      this.applied = Math.max(this.applied, snapshot.index)
      this.raft.applied(this.applied)
    }
    return messages
  }

  /** Lets go of everything up to `index`, in memory and on disk. */
  compact(index: number): void {
    const term = this.log.find((entry) => entry.index === index)?.term
    if (term === undefined) return
    this.raft.compact(index)
    this.previous = { index, term }
    this.disk.previous = this.previous
    this.log = this.log.filter((entry) => entry.index > index)
    this.disk.entries = this.disk.entries.filter((entry) => entry.index > index)
  }

  /** The state machine as a snapshot, as it is now or as it was at an index the log still holds. */
  snapshot(index = this.applied): SnapshotMetadata {
    const term =
      index === this.previous.index
        ? this.previous.term
        : this.log.find((entry) => entry.index === index)?.term
    if (term === undefined) throw new Error(`no entry ${index}`)
    return { index, term, configuration: this.configurationAt(index) }
  }

  /** Everything but the disk is gone; the state machine kept what was applied up to `applied`. */
  restart(applied: number): void {
    this.raft = this.#start(Math.max(applied, this.disk.previous.index))
  }

  #start(applied: number): Raft {
    this.applied = applied
    this.writes = []
    this.waiting = []
    for (const index of this.configurations.keys()) {
      if (index > applied) this.configurations.delete(index)
    }
    this.recentConfigurations = [this.configurationAt(applied)]
    this.disk.entries = this.disk.entries.map(({ attachment: _, ...entry }) => entry)
    this.log = [...this.disk.entries]
    this.previous = this.disk.previous
    return new Raft({
      id: this.id,
      electionTicks: this.#options.electionTicks ?? 10,
      heartbeatTicks: 1,
      random: this.#options.random,
      preVote: this.#options.preVote ?? false,
      checkQuorum: this.#options.checkQuorum ?? false,
      checkChanges: this.#options.checkChanges ?? true,
      stepDownOnRemoval: this.#options.stepDownOnRemoval ?? true,
      configuration: this.configurationAt(applied),
      hardState: this.disk.hardState,
      log: { previous: this.disk.previous, entries: this.disk.entries },
      applied,
      limits: { ...defaultRaftLimits, ...this.#options.limits },
    })
  }
}

/** A first index at or below the last one replaces that tail. */
function appended(log: Entry[], entries: readonly Entry[]): Entry[] {
  const [first] = entries
  if (first === undefined) return log
  return [...log.filter((entry) => entry.index < first.index), ...entries]
}
