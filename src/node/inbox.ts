import type { Message, Raft } from '../raft/index.js'
import type { RaftNodeOptions } from './options.js'
import { isNodeMessage, type PeerMessage } from './transport.js'

interface InboxOptions {
  readonly raft: Raft
  readonly onDropped: RaftNodeOptions['onDropped']
}

/** Takes what other members say, as far as it makes sense. */
export class Inbox {
  constructor(private readonly options: InboxOptions) {}

  receive(message: PeerMessage): void {
    const problem = isNodeMessage(message) ? undefined : this.stepUnless(message)
    if (problem !== undefined) this.options.onDropped?.(message, problem)
  }

  /** Returns why the message was not taken. */
  private stepUnless(message: Message): string | undefined {
    if (message.type === 'snapshot-request') return 'a snapshot travels with its rows'
    const problem = this.options.raft.problemOf(message)
    if (problem === undefined) this.options.raft.step(message)
    return problem
  }
}
