import type { Clock } from '../base/clock.js'
import { MetastoreError } from '../base/errors.js'
import { type MemberId, noMember, type Raft, type RaftCoreStatus } from '../raft/index.js'
import type { LeaderWaits } from './leader-waits.js'
import type { WaitOptions } from './options.js'

interface ElectionsOptions {
  readonly memberId: MemberId
  readonly raft: Raft
  readonly clock: Clock
  readonly waits: LeaderWaits
  readonly tickMs: number
  readonly electionTicks: number
  readonly heartbeatTicks: number
  readonly initialElectionTickAdvance: boolean
  readonly timeoutMs: number
  /** The core has something to do. */
  readonly onWork: () => void
}

/** Sees to who leads when this member starts, is asked to hand over, and ends. */
export class Elections {
  private readonly reached = new Set<MemberId>()
  private mayAdvance: boolean
  /** Nobody has ever led, and of the voters this member has the lowest id. */
  private standsFirst = false

  constructor(private readonly options: ElectionsOptions) {
    this.reached.add(options.memberId)
    this.mayAdvance = options.initialElectionTickAdvance
  }

  /** A member that votes alone need not wait. */
  begin(): void {
    const { raft, memberId } = this.options
    const { voters, votersOutgoing } = raft.configuration
    const alone = voters.length === 1 && votersOutgoing.length === 0
    if (alone && voters[0] === memberId) raft.campaign()
  }

  /**
   * What a member waits for at its start is to hear of a leader. Once it reaches a quorum, that takes a
   * heartbeat. Where nobody has ever led there is nobody to hear of: the voter with the lowest id stands at once,
   * and chance parts the others, in case it does not come.
   */
  connected(peer: MemberId): void {
    if (!this.mayAdvance) return
    this.reached.add(peer)
    const { memberId, raft, electionTicks, heartbeatTicks, onWork } = this.options
    const { voters, votersOutgoing } = raft.configuration
    if (!this.reachesMajority(voters) || !this.reachesMajority(votersOutgoing)) return
    this.mayAdvance = false
    const { term, lastIndex, leaderId } = raft.status()
    if (leaderId !== noMember) return
    const isFresh = term === 0 && lastIndex === 0
    this.standsFirst = isFresh && voters.every((voter) => voter >= memberId)
    if (this.standsFirst) raft.campaign()
    const ticks = electionTicks - 1 - (isFresh ? 0 : heartbeatTicks)
    for (let tick = 0; tick < ticks && raft.status().role === 'follower'; tick++) raft.tick()
    onWork()
  }

  /** To be called with every tick: whoever could be reached but was not there yet is asked again. No term passes by that. */
  tick(): void {
    if (!this.standsFirst) return
    const { raft } = this.options
    const { term, role } = raft.status()
    if (term === 0 && role === 'pre-candidate') raft.campaign()
    else this.standsFirst = false
  }

  async transfer(to: MemberId, options: WaitOptions): Promise<void> {
    const { raft, clock, waits, onWork } = this.options
    const { signal, timeoutMs = this.options.timeoutMs } = options
    const started = raft.transferLeadership(to)
    if (started === 'no-leader') throw new MetastoreError('not-leader')
    if (started === 'no-voter') throw new MetastoreError('bad-leader-transferee')
    onWork()
    const deadlineMs = clock.nowMs() + timeoutMs
    await waits.until((status) => isHandedOver(status, to), {
      ...{ signal, deadlineMs, late: 'request-timed-out' },
    })
  }

  /** Lets a leader that ends make way; does nothing else. Takes an election timeout at most. */
  async makeWay(): Promise<void> {
    const { tickMs, electionTicks } = this.options
    const to = this.successor()
    if (to === undefined) return
    // Without a successor in time the others elect one by themselves.
    await this.transfer(to, { timeoutMs: tickMs * electionTicks }).catch(() => {})
  }

  /** The voter that holds most of the log, when this member leads. */
  private successor(): MemberId | undefined {
    const { raft } = this.options
    if (raft.status().role !== 'leader') return undefined
    const { voters } = raft.configuration
    const others = raft.progress().filter(({ id }) => voters.includes(id))
    const [first] = others.sort((left, right) => right.match - left.match)
    return first?.id
  }

  private reachesMajority(voters: readonly MemberId[]): boolean {
    const reached = voters.filter((voter) => this.reached.has(voter)).length
    return voters.length === 0 || reached > voters.length / 2
  }
}

function isHandedOver({ leaderId, role, transferTo }: RaftCoreStatus, to: MemberId) {
  if (leaderId === to) return true
  if (role === 'leader') return transferTo === to ? false : new MetastoreError('request-timed-out')
  return leaderId === noMember ? false : new MetastoreError('leader-changed')
}
