import type { FileHandle } from '../../base/file-system.js'

const windowBytes = 1024 * 1024

/** Reads a file from front to back in large pieces; views into a piece stay valid. */
export class FileWindow {
  private piece: Buffer = Buffer.alloc(0)
  private pieceStart = 0

  constructor(
    private readonly handle: FileHandle,
    private readonly fileBytes: number,
  ) {}

  /** `length` bytes at `position`; fewer only at the end of the file. */
  async read(position: number, length: number): Promise<Buffer> {
    const end = Math.min(position + length, this.fileBytes)
    if (position < this.pieceStart || end > this.pieceStart + this.piece.length) {
      const wanted = Math.min(Math.max(end - position, windowBytes), this.fileBytes - position)
      this.piece = await this.handle.read(wanted, position)
      this.pieceStart = position
    }
    return this.piece.subarray(position - this.pieceStart, end - this.pieceStart)
  }
}
