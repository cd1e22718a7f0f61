import type { HardState, LogPosition } from '../../raft/index.js'
import { ByteWriter } from './byte-writer.js'
import { beginFrame, endFrame, frameBytes, frameHeaderBytes } from './frame.js'
import type { LoggedConfiguration, LogWrite } from './raft-log.js'
import { writeConfiguration, writeEntry, writeHardState, writeSnapshot } from './records.js'

/** Where the log stands behind all that was handed to the group writer. */
export interface LogEnd {
  last: LogPosition
  hardState: HardState
  configuration: LoggedConfiguration
}

/** Turns what is written together into the bytes of one write, in one buffer that is used again. */
export class GroupWriter {
  private readonly writer = new ByteWriter()

  begin(): void {
    beginFrame(this.writer)
  }

  /** What the write takes on the disk with all that was added. */
  get sizeBytes(): number {
    return frameBytes(this.writer.length - frameHeaderBytes)
  }

  /** Adds a write and moves `end` behind it. The hard state comes last, once: {@link addHardState}. */
  add(write: LogWrite, end: LogEnd): void {
    const { snapshot, entries, hardState, configuration } = write
    if (snapshot !== undefined) {
      writeSnapshot(this.writer, snapshot)
      end.last = { index: snapshot.index, term: snapshot.term }
      end.configuration = { ...snapshot.configuration, index: snapshot.index }
    }
    for (const entry of entries) writeEntry(this.writer, entry)
    const last = entries.at(-1)
    if (last !== undefined) end.last = { index: last.index, term: last.term }
    if (configuration !== undefined) {
      writeConfiguration(this.writer, configuration)
      end.configuration = configuration
    }
    if (hardState !== undefined) end.hardState = hardState
  }

  addHardState(hardState: HardState): void {
    writeHardState(this.writer, hardState)
  }

  /** The bytes to write at `position`; they stay valid until {@link begin}. */
  finish(salt: number, position: number, synced: number): Buffer {
    endFrame(this.writer, salt, position, synced)
    return this.writer.bytes()
  }
}
