import { crc32c } from '../../base/crc32c.js'
import { MetastoreError } from '../../base/errors.js'
import type { FileHandle, FileSystem } from '../../base/file-system.js'
import { FileWindow } from '../log/file-window.js'
import type { SnapshotSource } from '../state-machine.js'
import {
  decodeSnapshotHeader,
  endFrame,
  endFrameBytes,
  frameLeadBytes,
  largestPieceBytes,
  type SnapshotHeader,
} from './snapshot-format.js'

/** Reads one snapshot file, checking every byte of it. Its owner closes it. */
export class SnapshotReader {
  /** @throws MetastoreError `data-corrupt` naming file and offset, `data-directory-unusable` */
  static async open(fileSystem: FileSystem, path: string): Promise<SnapshotReader> {
    const handle = await fileSystem.open(path, 'read')
    try {
      const reader = new SnapshotReader(path, handle, await handle.size())
      reader.read = decodeSnapshotHeader(await reader.piece())
      return reader
    } catch (error) {
      await handle.close()
      if (!(error instanceof MetastoreError) || error.code !== 'log-corrupt') throw error
      throw corruptSnapshot(path, 0, 'its header cannot be read')
    }
  }

  private readonly window: FileWindow
  private position = 0
  private checksum = 0
  private read: SnapshotHeader | undefined

  private constructor(
    private readonly path: string,
    private readonly handle: FileHandle,
    readonly sizeBytes: number,
  ) {
    this.window = new FileWindow(handle, sizeBytes)
  }

  get header(): SnapshotHeader {
    if (this.read === undefined) throw this.corrupt('it has no header')
    return this.read
  }

  get source(): SnapshotSource {
    const { index, term } = this.header
    return { index, term, chunks: this.chunks() }
  }

  /** Idempotent. */
  close(): Promise<void> {
    return this.handle.close()
  }

  private async *chunks(): AsyncGenerator<Buffer> {
    const totals = { pieces: 0, bytes: 0 }
    for (;;) {
      const rest = this.sizeBytes - this.position
      const lead = await this.window.read(this.position, frameLeadBytes)
      if (lead.length < frameLeadBytes) throw this.corrupt('it ends too early')
      if (lead.readUInt32LE(0) === 0) {
        const found = await this.window.read(this.position, endFrameBytes)
        const right = found.equals(endFrame(totals, this.checksum)) && rest === endFrameBytes
        if (!right) throw this.corrupt('its end does not match what was read')
        return
      }
      const piece = await this.piece()
      totals.pieces++
      totals.bytes += piece.length
      yield piece
    }
  }

  private async piece(): Promise<Buffer> {
    const lead = await this.window.read(this.position, frameLeadBytes)
    if (lead.length < frameLeadBytes) throw this.corrupt('it ends too early')
    const length = lead.readUInt32LE(0)
    if (length > largestPieceBytes) throw this.corrupt('a length is too large')
    const piece = await this.window.read(this.position + frameLeadBytes, length)
    const checksum = crc32c(piece, crc32c(lead, this.checksum, 0, 4))
    if (checksum !== lead.readUInt32LE(4)) throw this.corrupt('a checksum is wrong')
    this.checksum = checksum
    this.position += frameLeadBytes + length
    return piece
  }

  private corrupt(reason: string): MetastoreError {
    return corruptSnapshot(this.path, this.position, reason)
  }
}

function corruptSnapshot(path: string, offset: number, reason: string): MetastoreError {
  const message = `stored data is damaged: ${path} at offset ${offset}: ${reason}`
  return new MetastoreError('data-corrupt', message)
}
