import type { LogPosition } from '../raft/index.js'
import { ApplyPipeline } from './apply-pipeline.js'
import { Elections } from './elections.js'
import { Inbox } from './inbox.js'
import { Keeper } from './keeper.js'
import { LeaderWaits } from './leader-waits.js'
import { Membership } from './membership.js'
import type { RaftNodeOptions } from './options.js'
import { Envelopes } from './proposals/envelope.js'
import { ForwardedProposals } from './proposals/forwarded-proposals.js'
import { Proposals } from './proposals/proposals.js'
import { Questions } from './questions.js'
import { ReadAnswers } from './reads/read-answers.js'
import { Reads } from './reads/reads.js'
import { ReadyLoop } from './ready-loop.js'
import { RoleListeners } from './role-listeners.js'
import type { NodeSettings } from './settings.js'
import { SnapshotReceiver } from './snapshots/snapshot-receiver.js'
import { SnapshotSender } from './snapshots/snapshot-sender.js'
import type { StartedMember } from './start.js'

interface NodeEnds {
  /** The node cannot go on. */
  readonly onFailure: (cause: unknown) => void
  readonly onRemoved: () => void
}

/** What a node is made of, put together. Nothing runs yet. */
export class NodeParts {
  readonly proposals: Proposals
  readonly reads: Reads
  readonly roles = new RoleListeners()
  readonly waits: LeaderWaits
  readonly elections: Elections
  readonly questions: Questions
  readonly sender: SnapshotSender
  readonly receiver: SnapshotReceiver
  readonly keeper: Keeper
  readonly membership: Membership
  readonly pipeline: ApplyPipeline
  readonly loop: ReadyLoop
  readonly inbox: Inbox

  constructor(
    private readonly options: RaftNodeOptions,
    private readonly settings: NodeSettings,
    private readonly member: StartedMember,
    private readonly ends: NodeEnds,
  ) {
    const { clock, random, memberId, transport, stateMachine, onDropped } = options
    const { requestTimeoutMs: timeoutMs, proposalLimits: limits, tickMs } = settings
    const { raft } = member
    const run = random.below(0x1_0000_0000)
    const envelopes = new Envelopes(memberId, run)
    const nextId = numbered()
    this.proposals = new Proposals({
      ...{ memberId, clock, limits, timeoutMs, envelopes, transport },
    })
    this.reads = new Reads({ ...settings, memberId, run, clock, timeoutMs, transport, nextId })
    const readAnswers = new ReadAnswers({ memberId, raft, transport, nextId })
    this.waits = new LeaderWaits(raft, clock)
    this.sender = this.makeSender()
    this.receiver = this.makeReceiver()
    const neededFrom = () => this.sender.oldestIndex
    this.keeper = new Keeper({ ...settings, ...member, stateMachine, neededFrom, ...ends })
    this.membership = new Membership({ memberId, ...member, onRemoved: ends.onRemoved })
    this.pipeline = this.makePipeline()
    const { pipeline, proposals, reads, roles, waits, sender, receiver } = this
    this.loop = new ReadyLoop({
      ...{ ...settings, ...member, memberId, transport, clock, ...ends },
      ...{ pipeline, proposals, reads, readAnswers, roles, waits, sender, receiver },
      onInstalled: (snapshot) => this.installed(snapshot),
      onLogReplaced: () => this.membership.installed(),
      onOutOfSpace: () => void this.elections.makeWay(),
    })
    const onWork = () => this.loop.scheduleTurn()
    this.elections = new Elections({
      ...{ ...settings, memberId, raft, clock, waits, timeoutMs, onWork },
    })
    this.questions = new Questions({
      ...{ memberId, raft, clock, transport, waits, timeoutMs, retryMs: tickMs },
    })
    const forwarded = new ForwardedProposals({ memberId, raft, limits, transport, stateMachine })
    this.inbox = new Inbox({
      ...{ memberId, raft, proposals, forwarded, reads, readAnswers, limits, onDropped },
    })
  }

  private makeSender(): SnapshotSender {
    const { stateMachine, transport, clock, onTrouble = () => {} } = this.options
    const { raft } = this.member
    return new SnapshotSender({
      ...{ raft, stateMachine, transport, clock, onTrouble },
      applied: () => (this.pipeline.isIdle ? this.pipeline.applied : undefined),
      onEnded: () => this.loop.scheduleTurn(),
    })
  }

  private makeReceiver(): SnapshotReceiver {
    const { stateMachine, onDropped } = this.options
    const { raft, snapshots } = this.member
    return new SnapshotReceiver({
      ...{ raft, snapshots, stateMachine, onDropped },
      step: (request) => {
        this.loop.guard(() => raft.step(request))
        this.loop.scheduleTurn()
      },
      onStaged: () => this.loop.scheduleTurn(),
    })
  }

  private installed({ index, term }: LogPosition): void {
    this.member.raft.applied(index)
    this.pipeline.reset({ index, term })
    this.reads.appliedTo(index)
    this.proposals.skippedTo(index)
    this.keeper.installed({ index, term })
  }

  private makePipeline(): ApplyPipeline {
    const { stateMachine } = this.options
    const { raft, applied } = this.member
    const { onFailure } = this.ends
    return new ApplyPipeline({
      ...{ stateMachine, applied, onFailure, defer: this.settings.defer },
      claim: (entry) => this.proposals.claim(entry),
      configure: (entries) => this.membership.change(entries),
      onApplied: ({ index, term }) => {
        raft.applied(index)
        this.proposals.appliedTo(index)
        this.reads.appliedTo(index)
        this.keeper.afterApply({ index, term })
        this.sender.advance({ index, term })
        this.loop.guard(() => this.loop.work())
        this.membership.applied()
      },
      onIdle: () => {
        if (this.receiver.hasStaged) this.loop.scheduleTurn()
      },
    })
  }
}

/** Counts from 1. */
function numbered(): () => number {
  let last = 0
  return () => ++last
}
