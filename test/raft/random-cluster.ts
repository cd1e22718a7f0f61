import { seededRandom } from '../../src/base/random.js'
import {
  configurationOf,
  decodeChange,
  type MemberId,
  type Message,
  noMember,
  type Ready,
} from '../../src/raft/index.js'
import { membersOf } from '../../src/raft/quorum.js'
import { Cluster } from './cluster.js'
import type { Machine } from './machine.js'

/** One thing that happens: which, and two numbers that decide the rest. */
export type Happening = readonly [kind: number, first: number, second: number]

const voters = [1n, 2n, 3n]
const ids = [...voters, 4n, 5n]
const electionTicks = 5
/** Enough for the members to elect someone in spite of split votes and to bring everyone up to date. */
const healingRounds = 400

/**
 * A cluster to which anything may happen: loss, repetition, reordering, slow disks, crashes. Three members stay
 * as they are, or five are added and removed at will; with and without PreVote and CheckQuorum.
 */
export class RandomCluster {
  readonly #cluster = new Cluster()
  readonly #machines: readonly Machine[]
  /** Cut off from the others: what it sends and what is sent to it stays under way. */
  #alone: MemberId = noMember
  /** Whoever was asked for a snapshot, and for whom. */
  #snapshots: { readonly machine: Machine; readonly to: MemberId }[] = []
  readonly #changes: boolean
  #proposals = 0
  #reads = 0
  /** What has come about, so that a test can see that it has tested something. */
  readonly seen = {
    elections: 0,
    replacedTails: 0,
    reads: 0,
    committed: 0,
    snapshots: 0,
    changes: 0,
    joint: 0,
  }

  constructor(seed: number) {
    const configuration = configurationOf(voters)
    this.#changes = seed % 3 !== 0
    const present = this.#changes ? ids : voters
    this.#machines = present.map((id) =>
      this.#cluster.add({
        id,
        configuration,
        electionTicks,
        preVote: seed % 2 === 1,
        checkQuorum: seed % 4 >= 2,
        stepDownOnRemoval: seed % 8 >= 4,
        random: seededRandom(seed * 31 + Number(id)),
        limits: {
          maxAppendBytes: 6,
          maxCommittedBytes: 6,
          maxUncommittedBytes: 40,
          maxAppendsInFlight: 3,
          maxBytesInFlight: 12,
        },
      }),
    )
  }

  happen([kind, first, second]: Happening): void {
    const machine = this.#machines[first % this.#machines.length] as Machine
    if (kind < 45) this.#deliverOne(second)
    else if (kind < 90) this.#take(machine)
    else if (kind < 130) this.#cluster.persist(machine)
    else if (kind < 145) this.#work(machine)
    else if (kind < 160) this.#propose(machine, 1 + (second % 3))
    else if (kind < 172) machine.raft.tick()
    else if (kind < 173) machine.raft.transferLeadership(ids[second % 5] as MemberId)
    else if (kind < 175) this.#tickUntilCampaign(machine)
    else if (kind < 182) this.#deliverAll()
    else if (kind < 186) this.#read(machine)
    else if (kind < 190) this.#loseOne(second)
    else if (kind < 193) this.#repeatOne(second)
    else if (kind < 196) this.#crash(machine, second)
    else if (kind < 197) this.#compact(machine)
    else if (kind < 198) this.#endSnapshot(second)
    else if (kind < 199) this.#alone = second % 2 === 0 ? machine.id : noMember
    else if (kind < 200) this.#calm()
    else if (kind < 204) this.#change(machine, second)
    else if (kind < 206) machine.appliesLater = !machine.appliesLater
    else if (kind < 211) machine.apply()
    else machine.raft.forgetLeader()
  }

  /** No more harm: messages arrive, disks work, time passes. Returns when all have applied the same. */
  heal(): void {
    this.#alone = noMember
    for (const machine of this.#machines) {
      machine.appliesLater = false
      machine.apply()
    }
    for (let round = 0; round < healingRounds; round++) {
      while (this.#snapshots.length > 0) this.#endSnapshot(0)
      for (const machine of this.#present()) machine.raft.tick()
      for (const machine of this.#machines) this.#leave(machine)
      this.#calm()
      if (this.#agreed()) return
    }
    throw new Error('broken promise: a healed cluster becomes live')
  }

  /** The members of the newest configuration: whoever was removed is switched off in the end. */
  #present(): Machine[] {
    const [newest] = [...this.#machines].sort((left, right) => right.applied - left.applied)
    const members = newest === undefined ? [] : membersOf(newest.raft.configuration)
    return this.#machines.filter((machine) => members.includes(machine.id))
  }

  #leave({ raft }: Machine): void {
    const { votersOutgoing, autoLeave } = raft.configuration
    if (votersOutgoing.length === 0 || autoLeave) return
    raft.proposeConfiguration({ steps: [], transition: 'auto', context: new Uint8Array() })
  }

  #agreed(): boolean {
    const states = this.#present().map((machine) => machine.raft.status())
    const leaders = states.filter((state) => state.role === 'leader')
    const [leader] = leaders
    if (leaders.length !== 1 || leader === undefined) return false
    return states.every(
      ({ term, leaderId, applied }) =>
        term === leader.term && leaderId === leader.id && applied === leader.lastIndex,
    )
  }

  #take(machine: Machine): void {
    const expected = machine.raft.hasReady()
    const lastIndex = machine.log.at(-1)?.index ?? 0
    const ready = this.#cluster.take(machine)
    const something =
      ready.softState !== undefined ||
      ready.hardState !== undefined ||
      ready.snapshot !== undefined ||
      ready.entries.length > 0 ||
      ready.committedEntries.length > 0 ||
      ready.messages.length > 0 ||
      ready.messagesAfterPersist.length > 0 ||
      ready.readStates.length > 0 ||
      ready.snapshotsWanted.length > 0
    if (expected !== something) throw new Error('broken promise: hasReady tells of work')
    for (const { attachment } of ready.committedEntries) {
      if (attachment !== undefined && attachment !== machine.id) {
        throw new Error('broken promise: attachments stay with their proposer')
      }
    }
    this.#count(ready)
    if (ready.softState?.role === 'leader') this.seen.elections += 1
    if ((ready.entries[0]?.index ?? lastIndex + 1) <= lastIndex) this.seen.replacedTails += 1
    for (const to of ready.snapshotsWanted) {
      machine.raft.sendSnapshot(to, machine.snapshot())
      this.#snapshots.push({ machine, to })
    }
    this.seen.reads += ready.readStates.length
    this.seen.committed = this.#cluster.safety.committedIndex
  }

  #count({ committedEntries, snapshot }: Ready): void {
    if (snapshot !== undefined) this.seen.snapshots += 1
    for (const { kind, data } of committedEntries) {
      if (kind !== 'configuration') continue
      this.seen.changes += 1
      if (decodeChange(data).steps.length > 1) this.seen.joint += 1
    }
  }

  #work(machine: Machine): void {
    for (let turn = 0; machine.raft.hasReady() || machine.writes.length > 0; turn++) {
      if (turn === 100) throw new Error('broken promise: work ends')
      if (machine.raft.hasReady()) this.#take(machine)
      while (machine.writes.length > 0) this.#cluster.persist(machine)
    }
  }

  #reaches({ from, to }: Message): boolean {
    return from !== this.#alone && to !== this.#alone
  }

  #deliverAll(): void {
    const messages = this.#cluster.network.filter((message) => this.#reaches(message))
    this.#cluster.network = this.#cluster.network.filter((message) => !this.#reaches(message))
    for (const message of messages) this.#cluster.deliver(message)
  }

  #calm(): void {
    for (let round = 0; round < 8; round++) {
      for (const machine of this.#machines) this.#work(machine)
      this.#deliverAll()
    }
  }

  #pickMessage(number: number): Message | undefined {
    const { network } = this.#cluster
    const at = network.length === 0 ? 0 : number % network.length
    return network.splice(at, 1)[0]
  }

  #deliverOne(number: number): void {
    const message = this.#pickMessage(number)
    if (message === undefined) return
    if (this.#reaches(message)) this.#cluster.deliver(message)
    else this.#cluster.network.push(message)
  }

  #loseOne(number: number): void {
    this.#pickMessage(number)
  }

  #repeatOne(number: number): void {
    const message = this.#pickMessage(number)
    if (message !== undefined) this.#cluster.network.push(message, message)
  }

  /** To a member that takes it, the given one before the others: there may be two that lead. */
  #propose(machine: Machine, count: number): void {
    for (const each of [machine, ...this.#machines]) {
      const proposals = Array.from({ length: count }, () => {
        this.#proposals += 1
        return { data: Buffer.from(String(this.#proposals)), attachment: each.id }
      })
      if (each.raft.propose(proposals).outcome === 'accepted') return
    }
  }

  /** One or two steps, by any way; out of joint consensus where that is not left by itself. */
  #change(machine: Machine, number: number): void {
    if (!this.#changes) return
    const kinds = ['add-voter', 'add-voter', 'add-learner', 'remove'] as const
    const transitions = ['auto', 'auto', 'joint', 'explicit'] as const
    const step = (drawn: number) => ({
      kind: kinds[drawn % 4] ?? 'remove',
      id: ids[Math.floor(drawn / 4) % ids.length] as MemberId,
    })
    const steps = [step(number), ...(number % 3 === 0 ? [step(number * 7 + 3)] : [])]
    const transition = transitions[Math.floor(number / 20) % 4] ?? 'auto'
    const change = { steps, transition, context: new Uint8Array() }
    for (const each of [machine, ...this.#machines]) {
      this.#leave(each)
      if (each.raft.proposeConfiguration(change).outcome === 'accepted') return
    }
  }

  #read(machine: Machine): void {
    for (const each of [machine, ...this.#machines]) {
      this.#reads += 1
      this.#cluster.safety.readAsked(this.#reads)
      if (each.raft.readIndex(this.#reads)) return
    }
  }

  #tickUntilCampaign(machine: Machine): void {
    for (let tick = 0; tick < 2 * electionTicks; tick++) machine.raft.tick()
  }

  /** The state machine may have kept any part of what it had applied and stored. */
  #crash(machine: Machine, number: number): void {
    const least = machine.disk.previous.index
    const kept = least + (number % (machine.applied - least + 1))
    this.#cluster.restart(machine, kept)
  }

  /** Whoever is behind that needs a snapshot, unless everyone has come as far. */
  #compact(machine: Machine): void {
    const index = Math.min(machine.applied, machine.disk.hardState.commit)
    if (index > machine.disk.previous.index) machine.compact(index)
  }

  /** What is said about a snapshot need not be true. */
  #endSnapshot(number: number): void {
    const at = this.#snapshots.length === 0 ? 0 : number % this.#snapshots.length
    const [ended] = this.#snapshots.splice(at, 1)
    ended?.machine.raft.snapshotEnded(ended.to, number % 2 === 0)
  }
}
