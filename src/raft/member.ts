import { invariant } from '../base/errors.js'
import type { Random } from '../base/random.js'
import { Leadership } from './leadership.js'
import { RaftLog } from './log.js'
import type { RaftLimits, RaftOptions } from './options.js'
import { Outbox } from './outbox.js'
import { type Configuration, type MemberId, noMember, type Role } from './types.js'

/** All a member knows; the other files are functions over it. Roles change here and nowhere else. */
export class Member {
  readonly id: MemberId
  readonly limits: RaftLimits
  readonly heartbeatTicks: number
  readonly electionTicks: number
  readonly preVote: boolean
  readonly checkQuorum: boolean
  readonly log: RaftLog
  readonly outbox = new Outbox()
  readonly #random: Random
  readonly checkChanges: boolean
  readonly stepDownOnRemoval: boolean
  readonly holdsCommits: boolean
  #configuration: Configuration
  /** The entry, or the snapshot, that the configuration came with. */
  #configurationIndex: number
  #term: number
  #vote: MemberId
  #role: Role = 'follower'
  #leaderId: MemberId = noMember
  /** Present exactly while this member leads. */
  #leadership: Leadership | undefined
  /** Answers to this member's own vote requests of this term. */
  readonly #votes = new Map<MemberId, boolean>()
  #ticksWithoutLeader = 0
  #electionTimeoutTicks = 0

  constructor(options: RaftOptions) {
    invariant(options.id !== noMember, 'a member has an id')
    invariant(options.heartbeatTicks >= 1, 'heartbeats take a tick or more')
    invariant(
      options.electionTicks > options.heartbeatTicks,
      'elections take longer than heartbeats',
    )
    this.id = options.id
    this.limits = options.limits
    this.heartbeatTicks = options.heartbeatTicks
    this.electionTicks = options.electionTicks
    this.preVote = options.preVote ?? false
    this.checkQuorum = options.checkQuorum ?? false
    this.#random = options.random
    this.checkChanges = options.checkChanges ?? true
    this.stepDownOnRemoval = options.stepDownOnRemoval ?? true
    this.holdsCommits = options.holdsCommits ?? false
    this.#configuration = options.configuration
    this.#configurationIndex = Math.max(options.applied, options.configurationIndex ?? 0)
    this.log = new RaftLog(options.log, options.hardState.commit, options.applied)
    this.#term = Math.max(options.hardState.term, this.log.lastTerm)
    this.#vote = this.#term === options.hardState.term ? options.hardState.vote : noMember
    this.#restartElectionTimer()
  }

  get term(): number {
    return this.#term
  }

  get vote(): MemberId {
    return this.#vote
  }

  get role(): Role {
    return this.#role
  }

  get reportedRole(): Role {
    const learns = this.#role === 'follower' && this.#configuration.learners.includes(this.id)
    return learns ? 'learner' : this.#role
  }

  get configuration(): Configuration {
    return this.#configuration
  }

  get configurationIndex(): number {
    return this.#configurationIndex
  }

  get leaderId(): MemberId {
    return this.#leaderId
  }

  get leadership(): Leadership | undefined {
    return this.#leadership
  }

  get votes(): ReadonlyMap<MemberId, boolean> {
    return this.#votes
  }

  /** A leader was heard of so lately that nobody else should be elected. */
  get hearsLeader(): boolean {
    if (this.#role === 'leader') return true
    return this.#leaderId !== noMember && this.#ticksWithoutLeader < this.electionTicks
  }

  becomeFollower(term: number, leaderId: MemberId): void {
    invariant(
      this.#role !== 'leader' || term > this.#term,
      'a leader makes way only for a higher term',
    )
    this.#enterTerm(term)
    this.#changeRole('follower', leaderId)
  }

  /** A leader leads no longer, though nobody else has its term. */
  stepDown(): void {
    invariant(this.#role === 'leader', 'only a leader steps down')
    this.#changeRole('follower', noMember)
  }

  /** Term and vote stay: whoever only asks must not disturb anyone. */
  becomePreCandidate(): void {
    invariant(this.#role !== 'leader', 'a leader does not campaign')
    this.#changeRole('pre-candidate', noMember)
  }

  /** Also when it is a candidate already: a new try is a new term. */
  becomeCandidate(): void {
    invariant(this.#role !== 'leader', 'a leader does not campaign')
    this.#enterTerm(this.#term + 1)
    this.#vote = this.id
    this.#changeRole('candidate', noMember)
  }

  becomeLeader(): Leadership {
    invariant(this.#role === 'candidate', 'only a candidate is elected')
    this.#changeRole('leader', this.id)
    const { configuration, id, log, limits, holdsCommits } = this
    this.#leadership = new Leadership(configuration, id, log.lastIndex, limits, holdsCommits)
    return this.#leadership
  }

  /** The leader of this term has been heard of. */
  hearLeader(leaderId: MemberId): void {
    if (this.#role !== 'follower') this.becomeFollower(this.#term, leaderId)
    invariant(
      this.#leaderId === noMember || this.#leaderId === leaderId,
      'a term has at most one leader',
    )
    this.#leaderId = leaderId
    this.#ticksWithoutLeader = 0
  }

  forgetLeader(): void {
    if (this.#role === 'follower') this.#leaderId = noMember
  }

  configure(configuration: Configuration, index: number): void {
    invariant(index >= this.#configurationIndex, 'the configuration never goes back')
    this.#configuration = configuration
    this.#configurationIndex = index
  }

  voteFor(candidate: MemberId): void {
    invariant(this.#vote === noMember || this.#vote === candidate, 'a member votes once in a term')
    this.#vote = candidate
    this.#ticksWithoutLeader = 0
  }

  /** The first answer of a member counts, repeated ones do nothing. */
  noteVote(from: MemberId, granted: boolean): void {
    if (!this.#votes.has(from)) this.#votes.set(from, granted)
  }

  /** True: a tick later the time without a leader has become too long. It is a leader no more, for anyone. */
  tickElectionTimer(): boolean {
    this.#ticksWithoutLeader += 1
    if (this.#ticksWithoutLeader < this.#electionTimeoutTicks) return false
    this.#ticksWithoutLeader = 0
    this.#leaderId = noMember
    return true
  }

  #enterTerm(term: number): void {
    invariant(term >= this.#term, 'the term never goes back')
    if (term > this.#term) this.#vote = noMember
    this.#term = term
  }

  #changeRole(role: Role, leaderId: MemberId): void {
    this.#role = role
    this.#leaderId = leaderId
    this.#leadership = undefined
    this.#votes.clear()
    this.#restartElectionTimer()
  }

  #restartElectionTimer(): void {
    this.#ticksWithoutLeader = 0
    this.#electionTimeoutTicks = this.electionTicks + this.#random.below(this.electionTicks)
  }
}
