import type { LogPosition, MemberId, Message, Raft, Ready } from '../raft/index.js'
import type { RaftLog } from './log/raft-log.js'
import type { Transport } from './transport.js'

interface ReadyWriterOptions {
  readonly memberId: MemberId
  readonly raft: Raft
  readonly log: RaftLog
  readonly transport: Transport | undefined
  /** Runs a step of the node, unless it has stopped. */
  readonly guard: (step: () => void) => void
  readonly onWritten: () => void
  /** A snapshot that takes the place of the log is on the disk. */
  readonly onSnapshotWritten: () => void
  readonly onFailure: (error: unknown) => void
}

/** Brings what a Ready must remember to the disk, and then sends what depends on it. */
export class ReadyWriter {
  constructor(private readonly options: ReadyWriterOptions) {}

  write({ snapshot, hardState, entries, messagesAfterPersist, mustSync }: Ready): void {
    const nothing = snapshot === undefined && hardState === undefined && entries.length === 0
    if (nothing && messagesAfterPersist.length === 0) return
    const { log, guard, onFailure, onSnapshotWritten } = this.options
    const write = { snapshot, entries, hardState, configuration: undefined, mustSync }
    const last = entries.at(-1) ?? snapshot
    const end = () => {
      this.written(last, messagesAfterPersist)
      if (snapshot !== undefined) onSnapshotWritten()
    }
    log.append(write).then(() => guard(end), onFailure)
  }

  private written(last: LogPosition | undefined, messages: readonly Message[]): void {
    const { raft, memberId, transport, onWritten } = this.options
    const others: Message[] = []
    if (last !== undefined) raft.persisted(last.index, last.term)
    for (const message of messages) {
      if (message.to === memberId) raft.step(message)
      else others.push(message)
    }
    if (others.length > 0) transport?.send(others)
    onWritten()
  }
}
