import { ApplyPipeline } from './apply-pipeline.js'
import { Elections } from './elections.js'
import { Envelopes } from './envelope.js'
import { ForwardedProposals } from './forwarded-proposals.js'
import { Inbox } from './inbox.js'
import { Keeper } from './keeper.js'
import { LeaderWaits } from './leader-waits.js'
import { Membership } from './membership.js'
import type { RaftNodeOptions } from './options.js'
import { Proposals } from './proposals.js'
import { Questions } from './questions.js'
import { ReadAnswers } from './read-answers.js'
import { Reads } from './reads.js'
import { ReadyLoop } from './ready-loop.js'
import { RoleListeners } from './role-listeners.js'
import type { NodeSettings } from './settings.js'
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
  readonly keeper: Keeper
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
    this.keeper = new Keeper({ ...settings, ...member, stateMachine, ...ends })
    this.pipeline = this.makePipeline()
    const { pipeline, proposals, reads, roles, waits } = this
    this.loop = new ReadyLoop({
      ...{ ...settings, ...member, memberId, transport, ...ends },
      ...{ pipeline, proposals, reads, readAnswers, roles, waits },
      onOutOfSpace: () => void this.elections.makeWay(),
    })
    const onWork = () => this.loop.scheduleTurn()
    this.elections = new Elections({
      ...{ ...settings, memberId, raft, clock, waits, timeoutMs, onWork },
    })
    this.questions = new Questions({
      ...{ memberId, raft, clock, transport, waits, timeoutMs, retryMs: tickMs },
    })
    const forwarded = new ForwardedProposals({ memberId, raft, limits, transport })
    this.inbox = new Inbox({
      ...{ memberId, raft, proposals, forwarded, reads, readAnswers, onDropped },
    })
  }

  private makePipeline(): ApplyPipeline {
    const { memberId, stateMachine } = this.options
    const { raft, log, applied } = this.member
    const { onRemoved, onFailure } = this.ends
    const membership = new Membership({ memberId, raft, log, onRemoved })
    return new ApplyPipeline({
      ...{ stateMachine, applied, onFailure, defer: this.settings.defer },
      claim: (entry) => this.proposals.claim(entry),
      configure: (entries) => membership.change(entries),
      onApplied: ({ index, term }) => {
        raft.applied(index)
        this.proposals.appliedTo(index)
        this.reads.appliedTo(index)
        this.keeper.afterApply({ index, term })
        this.loop.guard(() => this.loop.work())
        membership.applied()
      },
    })
  }
}

/** Counts from 1. */
function numbered(): () => number {
  let last = 0
  return () => ++last
}
