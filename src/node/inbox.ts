import { type MemberId, type Message, type Raft, takesPart } from '../raft/index.js'
import type { ProposalLimits, RaftNodeOptions } from './options.js'
import type { ForwardedProposals } from './proposals/forwarded-proposals.js'
import { isFallingBehind } from './proposals/overload.js'
import type { Proposals } from './proposals/proposals.js'
import type { ReadAnswers } from './reads/read-answers.js'
import type { Reads } from './reads/reads.js'
import { isNodeMessage, type NodeMessage, type PeerMessage } from './transport.js'

interface InboxOptions {
  readonly memberId: MemberId
  readonly raft: Raft
  readonly proposals: Proposals
  readonly forwarded: ForwardedProposals
  readonly reads: Reads
  readonly readAnswers: ReadAnswers
  readonly limits: ProposalLimits
  readonly onDropped: RaftNodeOptions['onDropped']
}

/** Takes what other members say, as far as it makes sense. */
export class Inbox {
  constructor(private readonly options: InboxOptions) {}

  receive(message: PeerMessage): void {
    const problem = isNodeMessage(message) ? this.takeUnless(message) : this.stepUnless(message)
    if (problem !== undefined) this.options.onDropped?.(message, problem)
  }

  /** Returns why the message was not taken. */
  private takeUnless(message: NodeMessage): string | undefined {
    const { memberId, raft, proposals, forwarded, reads, readAnswers } = this.options
    const { from, to } = message
    if (to !== memberId) return 'it is for another member'
    if (from === memberId || !takesPart(raft.configuration, from)) return 'its sender is no member'
    switch (message.type) {
      case 'proposals':
        return forwarded.receive(message)
      case 'proposals-refused':
        proposals.refused(message)
        return undefined
      case 'read-index-request':
        readAnswers.begin(message)
        return undefined
      case 'read-index-response':
        reads.answered(message, raft.status().applied)
        return undefined
    }
  }

  /** Returns why the message was not taken. */
  private stepUnless(message: Message): string | undefined {
    if (message.type === 'snapshot-request') return 'a snapshot travels with its rows'
    const { raft, limits } = this.options
    const problem = raft.problemOf(message)
    if (problem !== undefined) return problem
    const brings = message.type === 'append-request' && message.entries.length > 0
    if (!brings || !isFallingBehind(raft.extent, limits)) raft.step(message)
    return undefined
  }
}
