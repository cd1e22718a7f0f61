import type { LogPosition, Raft, SnapshotMetadata } from '../raft/index.js'
import { CatchUpWindow } from './catch-up-window.js'
import { isNoSpace } from './log/disk-errors.js'
import type { RaftLog } from './log/raft-log.js'
import type { SnapshotStore } from './snapshots.js'
import type { SnapshotCapture, StateMachine } from './state-machine.js'

interface KeeperOptions {
  readonly raft: Raft
  readonly log: RaftLog
  readonly stateMachine: StateMachine
  /** Present when the state machine needs snapshots and there is a disk for them. */
  readonly snapshots: SnapshotStore | undefined
  readonly snapshotThresholdBytes: number
  readonly lastSnapshotBytes: number
  /** Applied entries to keep in memory for members that are a little behind. */
  readonly catchUpEntries: number
  /** The oldest index that another member goes on from when a snapshot under way has arrived. */
  readonly neededFrom: () => number
  readonly onFailure: (error: Error) => void
}

/** Keeps log and memory bounded: takes snapshots, and cuts behind what is durable elsewhere. */
export class Keeper {
  private readonly window: CatchUpWindow
  private grownAtSnapshot = 0
  private lastSnapshotBytes: number
  private saving: Promise<void> | undefined
  private stopped = false

  constructor(private readonly options: KeeperOptions) {
    this.window = new CatchUpWindow(options.catchUpEntries)
    this.lastSnapshotBytes = options.lastSnapshotBytes
    const { stateMachine } = options
    if (stateMachine.durability === 'own') stateMachine.onDurable((index) => this.cutLog(index))
  }

  /** Called between two calls of the state machine. */
  afterApply(applied: LogPosition): void {
    const { raft, log, neededFrom } = this.options
    const { isAlone } = this
    const droppable = this.window.advance(applied.index, log.grownBytes, isAlone, neededFrom())
    if (droppable !== undefined) raft.compact(droppable)
    if (this.snapshotIsDue) this.beginSnapshot(applied)
  }

  /** A snapshot of another member has taken the place of the state, durably, and of the core's log. */
  installed({ index }: LogPosition): void {
    const { log, snapshots } = this.options
    this.window.restart(index, log.grownBytes)
    this.grownAtSnapshot = log.grownBytes
    if (snapshots === undefined) return
    this.lastSnapshotBytes = snapshots.newestBytes
    this.cutLog(snapshots.safeIndex)
  }

  /** Gives up a snapshot under way. Idempotent. */
  async stop(): Promise<void> {
    this.stopped = true
    await this.saving
  }

  private get isAlone(): boolean {
    const { voters, votersOutgoing, learners } = this.options.raft.configuration
    return voters.length + votersOutgoing.length + learners.length <= 1
  }

  private get snapshotIsDue(): boolean {
    const { snapshots, snapshotThresholdBytes, log } = this.options
    if (snapshots === undefined || this.saving !== undefined || this.stopped) return false
    const grownBytes = log.grownBytes - this.grownAtSnapshot
    return grownBytes > Math.max(snapshotThresholdBytes, this.lastSnapshotBytes)
  }

  private beginSnapshot(applied: LogPosition): void {
    this.grownAtSnapshot = this.options.log.grownBytes
    const capture = this.options.stateMachine.capture()
    const { configuration } = this.options.raft
    this.saving = this.save(capture, { ...applied, configuration })
      .catch((error) => {
        // Without room the log is kept instead; the next snapshot may find some.
        if (!isNoSpace(error) && !this.stopped) this.options.onFailure(error)
      })
      .finally(() => {
        capture.close()
        this.saving = undefined
      })
  }

  private async save(capture: SnapshotCapture, metadata: SnapshotMetadata): Promise<void> {
    const { snapshots } = this.options
    if (snapshots === undefined) return
    const stoppable = {
      index: capture.index,
      chunks: this.untilStopped(capture.chunks),
      close: () => {},
    }
    this.lastSnapshotBytes = await snapshots.save(stoppable, metadata)
    this.cutLog(snapshots.safeIndex)
  }

  private async *untilStopped(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      if (this.stopped) throw new Error('the node is closing')
      yield chunk
    }
  }

  private cutLog(index: number): void {
    if (this.stopped) return
    this.options.log.cut(index).catch((error) => {
      if (!this.stopped) this.options.onFailure(error)
    })
  }
}
