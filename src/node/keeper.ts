import type { LogPosition, Raft, SnapshotMetadata } from '../raft/index.js'
import type { CatchUpWindow } from './catch-up-window.js'
import { isNoSpace } from './log/disk-errors.js'
import type { RaftLog } from './log/raft-log.js'
import { isAlone } from './membership.js'
import type { SnapshotStore } from './snapshots/snapshots.js'
import type { SnapshotCapture, StateMachine } from './state-machine.js'

interface KeeperOptions {
  readonly raft: Raft
  readonly log: RaftLog
  readonly stateMachine: StateMachine
  /** Present when the state machine needs snapshots and there is a disk for them. */
  readonly snapshots: SnapshotStore | undefined
  readonly snapshotThresholdBytes: number
  readonly lastSnapshotBytes: number
  readonly window: CatchUpWindow
  /** The oldest index that another member goes on from when a snapshot under way has arrived. */
  readonly neededFrom: () => number
  readonly onFailure: (error: Error) => void
}

/** Keeps log and memory bounded: takes snapshots, and cuts behind what is durable elsewhere. */
export class Keeper {
  /** What is behind this index survives without the log. */
  private durableIndex = 0
  private cutIndex = 0
  private grownAtSnapshot = 0
  private lastSnapshotBytes: number
  private saving: Promise<void> | undefined
  private stopped = false

  constructor(private readonly options: KeeperOptions) {
    this.lastSnapshotBytes = options.lastSnapshotBytes
    const { stateMachine } = options
    if (stateMachine.durability === 'own') stateMachine.onDurable((index) => this.durableTo(index))
  }

  /** Called between two calls of the state machine. */
  afterApply(applied: LogPosition): void {
    const { raft, log, window, neededFrom } = this.options
    const alone = isAlone(raft.configuration)
    const droppable = window.advance(applied.index, log.grownBytes, alone, neededFrom())
    if (droppable !== undefined) {
      raft.compact(droppable)
      this.cutLog()
    }
    if (this.snapshotIsDue) this.beginSnapshot(applied)
  }

  /** A snapshot of another member has taken the place of the state, durably, and of the core's log. */
  installed({ index }: LogPosition): void {
    const { log, snapshots, window } = this.options
    window.restart(index, log.grownBytes)
    this.grownAtSnapshot = log.grownBytes
    if (snapshots === undefined) return
    this.lastSnapshotBytes = snapshots.newestBytes
    this.durableTo(snapshots.safeIndex)
  }

  /** Gives up a snapshot under way. Idempotent. */
  async stop(): Promise<void> {
    this.stopped = true
    await this.saving
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
    this.durableTo(snapshots.safeIndex)
  }

  private async *untilStopped(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      if (this.stopped) throw new Error('the node is closing')
      yield chunk
    }
  }

  private durableTo(index: number): void {
    this.durableIndex = index
    this.cutLog()
  }

  /** Others may need what the disk keeps of the window once this member has been started again. */
  private cutLog(): void {
    const { raft, log, window } = this.options
    const isNeeded = !isAlone(raft.configuration)
    const index = isNeeded ? Math.min(this.durableIndex, window.begin) : this.durableIndex
    if (this.stopped || index <= this.cutIndex) return
    this.cutIndex = index
    log.cut(index).catch((error) => {
      if (!this.stopped) this.options.onFailure(error)
    })
  }
}
