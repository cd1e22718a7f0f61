import {
  type Configuration,
  type Entry,
  type MemberId,
  type Raft,
  takesPart,
} from '../raft/index.js'
import type { RaftLog } from './log/raft-log.js'

interface MembershipOptions {
  readonly memberId: MemberId
  readonly raft: Raft
  readonly log: RaftLog
  /** Called once, when the state holds a change that removed this member. */
  readonly onRemoved: () => void
}

/** Who takes part, as of the last change that was applied. */
export class Membership {
  private tookPart: boolean
  private removed = false

  constructor(private readonly options: MembershipOptions) {
    this.tookPart = takesPart(options.raft.configuration, options.memberId)
  }

  /**
   * Makes the changes among these entries take effect. Resolves when that is on the disk too: a state that
   * holds an entry behind a change must never outlive the knowledge of the change.
   */
  async change(entries: readonly Entry[]): Promise<void> {
    const { raft, log } = this.options
    let configuration: Configuration = raft.configuration
    for (const entry of entries) {
      if (entry.kind === 'configuration') configuration = raft.applyConfiguration(entry)
    }
    this.learn(configuration)
    await log.append({
      snapshot: undefined,
      entries: [],
      hardState: undefined,
      configuration: { ...configuration, index: raft.configurationIndex },
      mustSync: true,
    })
  }

  /** The entries given to {@link change} before are in the state machine. */
  applied(): void {
    if (this.removed) this.options.onRemoved()
  }

  /** A snapshot, and the configuration in it, has taken the place of state and log, durably. */
  installed(): void {
    this.learn(this.options.raft.configuration)
    this.applied()
  }

  private learn(configuration: Configuration): void {
    const isMember = takesPart(configuration, this.options.memberId)
    this.removed ||= this.tookPart && !isMember
    this.tookPart = isMember
  }
}

/** Whether nobody else needs what is in the log. */
export function isAlone({ voters, votersOutgoing, learners }: Configuration): boolean {
  return voters.length + votersOutgoing.length + learners.length <= 1
}
