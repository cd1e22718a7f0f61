import { isDeepStrictEqual } from 'node:util'
import type { Configuration, Entry, MemberId, Message, Ready } from '../../src/raft/index.js'
import type { Machine } from './machine.js'

/** Raft's promises (figure 3), checked from outside on what the members hand out and store. */
export class Safety {
  readonly #machines: ReadonlyMap<MemberId, Machine>
  readonly #leaders = new Map<number, MemberId>()
  readonly #votes = new Map<string, MemberId>()
  /** Every entry some member has called committed, by index, and the term in which it did so first. */
  readonly #committed = new Map<number, { readonly entry: Entry; readonly inTerm: number }>()
  readonly #configurations = new Map<number, Configuration>()
  readonly #reads = new Map<number, number>()
  readonly #seen = new Map<MemberId, { term: number; commit: number; applied: number }>()

  constructor(machines: ReadonlyMap<MemberId, Machine>) {
    this.#machines = machines
  }

  get committedIndex(): number {
    return this.#committed.size
  }

  /** Entries a scene starts with as committed. */
  assumeCommitted(entries: readonly Entry[]): void {
    for (const entry of entries) {
      this.#committed.set(entry.index, { entry, inTerm: entry.term })
    }
  }

  restarted(machine: Machine): void {
    const { term, commit, applied } = machine.raft.status()
    const before = this.#seen.get(machine.id)
    if (before !== undefined) demand(term <= before.term, 'a restart invents no term')
    this.#seen.set(machine.id, { term, commit, applied })
  }

  readAsked(requestId: number): void {
    this.#reads.set(requestId, this.committedIndex)
  }

  taken(machine: Machine, ready: Ready): void {
    this.#checkMonotonic(machine)
    const { term, role, commit } = machine.raft.status()
    if (role === 'leader') {
      const known = this.#leaders.get(term)
      demand(known === undefined || known === machine.id, `one leader in term ${term}`)
      this.#leaders.set(term, machine.id)
      if (known === undefined) this.#checkCompleteness(machine)
    }
    for (const entry of machine.log) {
      if (entry.index <= commit) this.#checkCommitted(machine, entry)
    }
    for (const entry of ready.committedEntries) {
      this.#checkCommitted(machine, entry)
      demand(
        machine.disk.entries.some((stored) => same(stored, entry)),
        `${entry.index} is stored where it is applied`,
      )
    }
    for (const read of ready.readStates) {
      const least = this.#reads.get(read.requestId) ?? Number.POSITIVE_INFINITY
      demand(read.index >= least, `read ${read.requestId} sees what was committed before it`)
    }
    this.#checkMatching()
    this.#checkConfiguration(machine)
    machine.recentConfigurations = machine.recentConfigurations.slice(-1)
  }

  sent(message: Message): void {
    if (message.type !== 'vote-response' || message.reject) return
    const key = `${message.from} in ${message.term}`
    const known = this.#votes.get(key)
    demand(known === undefined || known === message.to, `one vote of ${key}`)
    this.#votes.set(key, message.to)
  }

  /** Whoever has applied as much has the same members, whether entries or a snapshot told it. */
  #checkConfiguration(machine: Machine): void {
    const { raft, applied } = machine
    for (const [index, configuration] of machine.configurations) {
      // A scene may begin with members that have applied differently.
      if (index === 0) continue
      const known = this.#configurations.get(index) ?? configuration
      demand(isDeepStrictEqual(known, configuration), `one configuration at ${index}`)
      this.#configurations.set(index, known)
    }
    if (machine.writes.some(({ snapshot }) => snapshot !== undefined)) return
    const expected = machine.configurationAt(applied)
    demand(
      isDeepStrictEqual(raft.configuration, expected),
      `the configuration is that of ${applied}`,
    )
  }

  #checkMonotonic(machine: Machine): void {
    const { term, commit, applied } = machine.raft.status()
    const before = this.#seen.get(machine.id) ?? { term: 0, commit: 0, applied: 0 }
    demand(term >= before.term, 'the term never goes back')
    demand(commit >= before.commit, 'the commit index never goes back')
    demand(applied >= before.applied, 'the applied index never goes back')
    demand(applied <= commit, 'only committed entries are applied')
    this.#seen.set(machine.id, { term, commit, applied })
  }

  /** It has all that was committed in the terms before its own; later ones may know more. */
  #checkCompleteness(leader: Machine): void {
    const { term } = leader.raft.status()
    for (const [index, { entry, inTerm }] of this.#committed) {
      if (index <= leader.previous.index || inTerm >= term) continue
      demand(
        leader.log.some((own) => same(own, entry)),
        `leader ${leader.id} has committed entry ${index}`,
      )
    }
  }

  #checkCommitted({ recentConfigurations, raft }: Machine, entry: Entry): void {
    const known = this.#committed.get(entry.index)
    if (known !== undefined) {
      demand(same(known.entry, entry), `all commit the same at ${entry.index}`)
      return
    }
    const durable = recentConfigurations.some((each) => this.#isOnQuorum(each, entry))
    demand(durable, `${entry.index} is durable on a quorum`)
    this.#committed.set(entry.index, { entry, inTerm: raft.status().term })
  }

  /** Voters that are not on stage hold what the scene needs. */
  #isOnQuorum({ voters, votersOutgoing }: Configuration, entry: Entry): boolean {
    return [voters, votersOutgoing].every((half) => {
      const copies = half.filter((voter) => this.#isStored(voter, entry)).length
      return half.length === 0 || copies * 2 > half.length
    })
  }

  #isStored(voter: MemberId, entry: Entry): boolean {
    const disk = this.#machines.get(voter)?.disk
    if (disk === undefined) return true
    return disk.previous.index >= entry.index || disk.entries.some((other) => same(other, entry))
  }

  #checkMatching(): void {
    const logs = [...this.#machines.values()].map((machine) => machine.log)
    for (const [at, left] of logs.entries()) {
      for (const right of logs.slice(at + 1)) checkPair(left, right)
    }
  }
}

/** Where two logs hold an entry of the same index and term, they are the same up to there. */
function checkPair(left: readonly Entry[], right: readonly Entry[]): void {
  const rightAt = new Map(right.map((entry) => [entry.index, entry]))
  let agree = false
  for (const entry of [...left].reverse()) {
    const other = rightAt.get(entry.index)
    if (other === undefined) continue
    agree ||= other.term === entry.term
    if (agree) demand(same(entry, other), `logs match up to ${entry.index}`)
  }
}

function same(left: Entry, right: Entry): boolean {
  return (
    left.index === right.index &&
    left.term === right.term &&
    Buffer.compare(left.data, right.data) === 0
  )
}

function demand(condition: boolean, promise: string): void {
  if (!condition) throw new Error(`broken promise: ${promise}`)
}
