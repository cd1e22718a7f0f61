import { hasCode, MetastoreError } from '../../base/errors.js'
import type { FileHandle, FileSystem } from '../../base/file-system.js'
import { FileWindow } from '../log/file-window.js'
import type { SnapshotSource } from '../state-machine.js'
import {
  decodeSnapshotHeader,
  endFrameBytes,
  FrameChain,
  frameLead,
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
      await reader.readHeader()
      return reader
    } catch (error) {
      await handle.close()
      if (!hasCode(error, 'log-corrupt')) throw error
      throw corruptSnapshot(path, 0, 'its header cannot be read')
    }
  }

  private readonly window: FileWindow
  private position = 0
  /** Of the pieces behind the header. */
  private chain = new FrameChain(0)
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

  private async readHeader(): Promise<void> {
    const bytes = await this.frame((whole) => {
      const { lead, checksum } = frameLead(whole, 0)
      this.chain = new FrameChain(checksum)
      return lead
    })
    this.read = decodeSnapshotHeader(bytes)
  }

  private async *chunks(): AsyncGenerator<Buffer> {
    for (;;) {
      const rest = this.sizeBytes - this.position
      const lead = await this.window.read(this.position, frameLeadBytes)
      if (lead.length < frameLeadBytes) throw this.corrupt('it ends too early')
      if (lead.readUInt32LE(0) === 0) {
        const found = await this.window.read(this.position, endFrameBytes)
        const right = found.equals(this.chain.end()) && rest === endFrameBytes
        if (!right) throw this.corrupt('its end does not match what was read')
        return
      }
      yield await this.frame((piece) => this.chain.lead(piece))
    }
  }

  /** The bytes of the next frame, which `leadOf` says the right lead of. */
  private async frame(leadOf: (bytes: Buffer) => Buffer): Promise<Buffer> {
    const lead = await this.window.read(this.position, frameLeadBytes)
    if (lead.length < frameLeadBytes) throw this.corrupt('it ends too early')
    const length = lead.readUInt32LE(0)
    if (length > largestPieceBytes) throw this.corrupt('a length is too large')
    const bytes = await this.window.read(this.position + frameLeadBytes, length)
    if (!leadOf(bytes).equals(lead)) throw this.corrupt('a checksum is wrong')
    this.position += frameLeadBytes + length
    return bytes
  }

  private corrupt(reason: string): MetastoreError {
    return corruptSnapshot(this.path, this.position, reason)
  }
}

function corruptSnapshot(path: string, offset: number, reason: string): MetastoreError {
  const message = `stored data is damaged: ${path} at offset ${offset}: ${reason}`
  return new MetastoreError('data-corrupt', message)
}
