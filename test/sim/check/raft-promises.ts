import type { PeerMessage } from '../../../src/node/index.js'
import { type Entry, Raft, type Ready } from '../../../src/raft/index.js'
import type { Member } from '../../../src/raft/member.js'
import { coreOf } from './core-of.js'
import { patch } from './patch.js'
import { demand } from './violation.js'

/** One life of a member, as far as Raft is concerned. */
interface Life {
  readonly raft: Raft
  readonly core: Member
  term: number
  commit: number
  applied: number
  /** The term it led when it was last looked at; 0: none. */
  ledTerm: number
}

/** What a life that has ended said was on its disk. */
interface Left {
  readonly stable: number
  readonly firstIndex: number
  readonly terms: readonly (number | undefined)[]
}

interface Committed {
  readonly term: number
  readonly data: Uint8Array
  /** The term of whoever was first to know. */
  readonly inTerm: number
}

/**
 * Raft's promises (the paper's figure 3), and that what is said to be on a disk is found there again,
 * checked from outside whenever any member's core hands out work.
 */
export class RaftPromises {
  /** What some member has called committed, by index. */
  private readonly committed = new Map<number, Committed>()
  private readonly leaders = new Map<number, bigint>()
  private readonly votes = new Map<string, bigint>()
  /** By index and term: the term before, and the data. Logs match if each such place is one for all. */
  private readonly places = new Map<string, { readonly before: number; readonly entry: Entry }>()
  private readonly lives = new Map<bigint, Life>()
  private readonly left = new Map<bigint, Left>()
  private readonly promisedTerms = new Map<bigint, number>()
  /** Elections that somebody won. */
  get elections(): number {
    return this.leaders.size
  }

  constructor(private readonly voters: readonly bigint[]) {}

  /** Looks at every core of the process from here on. Returns what ends it. */
  watchAll(onBroken: (error: unknown) => void): () => void {
    const guarded = (check: () => void) => {
      try {
        check()
      } catch (error) {
        onBroken(error)
      }
    }
    // A core is looked at before it does anything: what it starts with is what its disk gave it.
    const ends = (['step', 'tick', 'campaign'] as const).map((name) =>
      patch<(this: Raft, ...args: unknown[]) => void>(Raft.prototype, name, (original) => {
        const notice = (raft: Raft) => guarded(() => this.lifeOf(raft))
        return function (...args) {
          notice(this)
          original.apply(this, args)
        }
      }),
    )
    const watchReady = patch<(this: Raft) => Ready>(Raft.prototype, 'ready', (original) => {
      const look = (raft: Raft, ready: Ready) => guarded(() => this.taken(raft, ready))
      return function () {
        const ready = original.call(this)
        look(this, ready)
        return ready
      }
    })
    return () => {
      watchReady()
      for (const end of ends.reverse()) end()
    }
  }

  /** A process has ended, in whatever way. */
  ended(member: bigint): void {
    const life = this.lives.get(member)
    if (life === undefined) return
    this.lives.delete(member)
    const { log } = life.core
    const { firstIndex, stable } = log
    const terms: (number | undefined)[] = []
    for (let index = firstIndex; index <= stable; index++) terms.push(log.termAt(index))
    this.left.set(member, { stable, firstIndex, terms })
  }

  sent(message: PeerMessage): void {
    if (message.type !== 'vote-response' && message.type !== 'append-response') return
    const { from, to, term, reject } = message
    const promised = this.promisedTerms.get(from) ?? 0
    this.promisedTerms.set(from, Math.max(promised, term))
    if (message.type !== 'vote-response' || reject) return
    const vote = `${from} in term ${term}`
    const known = this.votes.get(vote) ?? to
    demand(known === to, `${vote} votes for ${to} after it has voted for ${known}`)
    this.votes.set(vote, to)
  }

  private taken(raft: Raft, ready: Ready): void {
    const life = this.lifeOf(raft)
    const { id } = life.core
    this.checkMonotonic(id, life)
    this.checkMatching(life.core, ready.entries)
    if (life.core.role === 'leader') this.checkLeader(id, life.core)
    this.checkCommitRule(id, life)
    this.checkCommitted(id, life)
    for (const { index, term, data } of ready.committedEntries) {
      const known = this.committed.get(index)
      const same = known?.term === term && sameBytes(known.data, data)
      demand(same, `${id} applies at ${index} what was not committed there`)
      const stored = life.core.log.stable >= index
      demand(stored, `${id} applies ${index} before it is on its disk`)
    }
  }

  private lifeOf(raft: Raft): Life {
    const core = coreOf(raft)
    const known = this.lives.get(core.id)
    if (known?.raft === raft) return known
    const life = { raft, core, term: 0, commit: 0, applied: 0, ledTerm: 0 }
    this.lives.set(core.id, life)
    this.checkRestart(core.id, core)
    return life
  }

  private checkRestart(id: bigint, { log, term }: Member): void {
    const promised = this.promisedTerms.get(id) ?? 0
    demand(term >= promised, `${id} has spoken in term ${promised} and starts with ${term}`)
    const left = this.left.get(id)
    if (left === undefined) return
    demand(log.lastIndex >= left.stable, `${id} has lost entries up to ${left.stable}`)
    left.terms.forEach((before, at) => {
      const index = left.firstIndex + at
      const found = log.termAt(index)
      const kept = before === undefined || found === undefined || found === before
      demand(kept, `${id} had term ${before} at ${index} on its disk and starts with ${found}`)
    })
  }

  private checkMonotonic(id: bigint, life: Life): void {
    const { term, log } = life.core
    demand(term >= life.term, `the term of ${id} goes back to ${term}`)
    demand(log.commit >= life.commit, `the commit index of ${id} goes back to ${log.commit}`)
    demand(log.applied >= life.applied, `the applied index of ${id} goes back to ${log.applied}`)
    demand(log.applied <= log.commit, `${id} applies ${log.applied}, which is not committed`)
    life.term = term
    life.applied = log.applied
  }

  private checkMatching({ id, log }: Member, entries: readonly Entry[]): void {
    for (const entry of entries) {
      const place = `${entry.index} in term ${entry.term}`
      const before = log.termAt(entry.index - 1)
      if (before === undefined) continue
      const known = this.places.get(place)
      if (known === undefined) {
        this.places.set(place, { before, entry })
        continue
      }
      const same = known.before === before && sameBytes(known.entry.data, entry.data)
      demand(same, `the log of ${id} is another one at ${place}`)
    }
  }

  private checkLeader(id: bigint, core: Member): void {
    const known = this.leaders.get(core.term)
    demand(known === undefined || known === id, `${id} and ${known} lead term ${core.term}`)
    if (known !== undefined) return
    this.leaders.set(core.term, id)
    for (const [index, committed] of this.committed) this.checkHas(core, index, committed)
  }

  /** Only entries of its own term does a leader commit by counting; those before them go along. */
  private checkCommitRule(id: bigint, life: Life): void {
    const { role, term, log } = life.core
    const led = life.ledTerm === term
    life.ledTerm = role === 'leader' ? term : 0
    if (!led || log.commit === life.commit) return
    const found = log.termAt(log.commit)
    demand(found === term, `${id} leads term ${term} and commits ${log.commit} of term ${found}`)
  }

  /** A leader has all that was committed in the terms before its own. */
  private checkHas({ id, term, log }: Member, index: number, committed: Committed): void {
    if (committed.inTerm >= term || index < log.firstIndex) return
    const has = log.termAt(index) === committed.term
    demand(has, `${id} leads term ${term} without entry ${index}, which was committed before`)
  }

  private checkCommitted(id: bigint, life: Life): void {
    const { log, term: inTerm } = life.core
    for (let index = life.commit + 1; index <= log.commit; index++) {
      const known = this.committed.get(index)
      const term = log.termAt(index)
      if (term === undefined || index < log.firstIndex) continue
      if (known !== undefined) {
        demand(known.term === term, `${id} commits another entry at ${index}`)
        continue
      }
      const [entry] = log.read(index, index, 0)
      demand(entry !== undefined, `${id} has what it commits`)
      const copies = this.voters.filter((voter) => this.isOnDisk(voter, index, term))
      demand(
        copies.length * 2 > this.voters.length,
        `${id} commits ${index}, which is on the disks of ${copies.length}`,
      )
      const committed = { term, data: entry.data, inTerm }
      this.committed.set(index, committed)
      for (const { core } of this.lives.values()) {
        if (core.role === 'leader') this.checkHas(core, index, committed)
      }
    }
    life.commit = log.commit
  }

  private isOnDisk(voter: bigint, index: number, term: number): boolean {
    const life = this.lives.get(voter)
    if (life !== undefined) {
      const { log } = life.core
      return index < log.firstIndex || (index <= log.stable && log.termAt(index) === term)
    }
    const left = this.left.get(voter)
    if (left === undefined) return false
    return index < left.firstIndex || left.terms[index - left.firstIndex] === term
  }
}

function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left === right || Buffer.compare(left, right) === 0
}
