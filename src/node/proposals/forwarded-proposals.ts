import { asBuffer } from '../../base/bytes.js'
import type { MemberId, Raft } from '../../raft/index.js'
import type { ProposalLimits } from '../options.js'
import type { StateMachine } from '../state-machine.js'
import type { NodeMessage, Transport } from '../transport.js'
import { envelopeOf, unwrap } from './envelope.js'
import { isOverloaded } from './overload.js'
import { SeenMessages } from './seen-messages.js'

type Forwarded = Extract<NodeMessage, { type: 'proposals' }>
type Reason = Extract<NodeMessage, { type: 'proposals-refused' }>['reason']

interface ForwardedProposalsOptions {
  readonly memberId: MemberId
  readonly raft: Raft
  readonly limits: ProposalLimits
  readonly transport: Transport | undefined
  readonly stateMachine: Pick<StateMachine, 'problemOf'>
}

interface Sent {
  readonly run: number
  readonly counters: readonly number[]
}

/**
 * Proposals of other members, for this one to append while it leads. A message is taken once, in the term it
 * is for. A refusal says that no copy of it was or will be taken; where that cannot be told, nothing is said.
 */
export class ForwardedProposals {
  private readonly seen = new SeenMessages()
  /** Up to this term, what an earlier life of this member took is not known any more. */
  private readonly lostTerm: number
  /** The last term a message was for. */
  private seenTerm: number

  constructor(private readonly options: ForwardedProposalsOptions) {
    this.lostTerm = options.raft.status().term
    this.seenTerm = this.lostTerm
  }

  /** Returns why the message makes no sense; undefined: it does. */
  receive(message: Forwarded): string | undefined {
    const sent = sentBy(message)
    if (sent === undefined) return 'its proposals are not those of its sender'
    const { term, role } = this.options.raft.status()
    if (message.term > term) return 'it is for a leader of a later term'
    if (!this.isFirst(message, sent)) return undefined
    const leads = role === 'leader' && message.term === term
    const problem = leads ? this.problemOf(message) : undefined
    if (problem !== undefined) return problem
    const refusal = leads ? this.propose(message) : 'no-leader'
    if (refusal !== undefined) this.refuse(message, sent, refusal)
    return undefined
  }

  private problemOf({ payloads }: Forwarded): string | undefined {
    const { stateMachine } = this.options
    for (const payload of payloads) {
      const problem = stateMachine.problemOf?.(unwrap(asBuffer(payload)))
      if (problem !== undefined) return problem
    }
    return undefined
  }

  /** Whether no copy of the message can have come before. */
  private isFirst({ from, term }: Forwarded, { run, counters }: Sent): boolean {
    if (term <= this.lostTerm || term < this.seenTerm) return false
    if (term > this.seenTerm) this.seen.clear()
    this.seenTerm = term
    return this.seen.isFirst(`${from}/${run}`, counters[0] ?? 0)
  }

  private propose({ payloads }: Forwarded): Reason | undefined {
    const { raft, limits } = this.options
    if (isOverloaded(raft.extent, limits)) return 'too-many-requests'
    const { outcome } = raft.propose(
      payloads.map((data) => ({ data })),
      true,
    )
    if (outcome === 'accepted') return undefined
    return outcome === 'too-much-uncommitted' ? 'too-many-requests' : 'no-leader'
  }

  private refuse({ from }: Forwarded, { run, counters }: Sent, reason: Reason): void {
    const { memberId, transport } = this.options
    transport?.send([
      { type: 'proposals-refused', from: memberId, to: from, run, counters, reason },
    ])
  }
}

/** Undefined: the payloads are not all of one run of the sender. */
function sentBy({ from, payloads }: Forwarded): Sent | undefined {
  const envelopes = payloads.map(envelopeOf)
  const run = envelopes[0]?.run
  if (run === undefined) return undefined
  const counters: number[] = []
  for (const envelope of envelopes) {
    if (envelope === undefined || envelope.origin !== from || envelope.run !== run) return undefined
    counters.push(envelope.counter)
  }
  return { run, counters }
}
