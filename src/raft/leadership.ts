import { CommitNews } from './commit-news.js'
import type { InFlightLimits } from './in-flight.js'
import { Tracker } from './tracker.js'
import type { Configuration, MemberId } from './types.js'

interface ReadRound {
  readonly round: number
  /** The commit index when the round began. */
  readonly index: number
  readonly requestIds: readonly number[]
}

/** What a member keeps only while it leads; all of it is gone when it steps down. */
export class Leadership {
  readonly tracker: Tracker
  readonly commitNews: CommitNews
  /** The index of the empty entry that opens the term. */
  readonly firstIndex: number
  /** The last entry that may change the membership; what came before this leader counts as one. */
  changeIndex: number
  ticksSinceHeartbeat = 0
  ticksSinceQuorumCheck = 0
  /** Reads that belong to no ReadIndex round yet. */
  newReads: number[] = []
  /** ReadIndex rounds that a quorum has not confirmed, oldest first. */
  readRounds: ReadRound[] = []
  /** Rounds are numbered from 1 within a term; 0: there was none. */
  newestRound = 0
  waitingReads = 0
  /** Leadership is being handed over; no proposals are taken. */
  transfer: { readonly to: MemberId; ticks: number } | undefined

  constructor(
    configuration: Configuration,
    own: MemberId,
    lastIndex: number,
    limits: InFlightLimits,
    holdsCommits: boolean,
  ) {
    this.tracker = new Tracker(configuration, own, lastIndex, limits)
    this.firstIndex = lastIndex + 1
    this.commitNews = new CommitNews(holdsCommits, this.firstIndex)
    this.changeIndex = lastIndex
  }
}
