import type { MemberId, Raft, ReadState } from '../../raft/index.js'
import type { NodeMessage, Transport } from '../transport.js'

type Request = Extract<NodeMessage, { type: 'read-index-request' }>

interface ReadAnswersOptions {
  readonly memberId: MemberId
  readonly raft: Raft
  readonly transport: Transport | undefined
  /** A number for a round that no other round has had. */
  readonly nextId: () => number
}

/** ReadIndex rounds of this leader for the reads of other members; the core bounds how many wait. */
export class ReadAnswers {
  private readonly rounds = new Map<number, Request>()

  constructor(private readonly options: ReadAnswersOptions) {}

  /** Whoever asks a member that does not lead asks again. */
  begin(request: Request): void {
    const { raft, nextId } = this.options
    const id = nextId()
    if (raft.readIndex(id)) this.rounds.set(id, request)
  }

  /** False: the round was not one of these. */
  confirm({ requestId: id, index }: ReadState): boolean {
    const request = this.rounds.get(id)
    if (request === undefined) return false
    this.rounds.delete(id)
    const { memberId, transport } = this.options
    const { from: to, run, requestId } = request
    transport?.send([{ type: 'read-index-response', from: memberId, to, run, requestId, index }])
    return true
  }

  /** None of the rounds will be confirmed any more. */
  leadershipLost(): void {
    this.rounds.clear()
  }
}
