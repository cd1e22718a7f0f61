import { crc32c } from '../../src/base/crc32c.js'
import type { Scratch, ScratchRead } from '../../src/engine/index.js'

export interface MemoryScratchOptions {
  readonly sizeBytes: number
  /** What a write takes. */
  readonly written: () => Promise<void>
  /** Asked of every write; default: none fails. */
  readonly fails?: () => boolean
  /** Asked of every read; default: all that was written is there. */
  readonly outcome?: () => ScratchRead
}

/** Keeps what is written in memory, once the write has ended; while it goes on, nothing sensible is there. */
export class MemoryScratch implements Scratch {
  readonly sizeBytes: number
  /** Reads that found what they looked for. */
  reads = 0
  writes = 0
  isAbandoned = false
  isClosed = false
  private readonly bytes: Buffer
  private readonly options: MemoryScratchOptions

  constructor(options: MemoryScratchOptions) {
    this.sizeBytes = options.sizeBytes
    this.bytes = Buffer.alloc(options.sizeBytes)
    this.options = options
  }

  checksum(bytes: Uint8Array): number {
    return crc32c(bytes)
  }

  async write(position: number, pieces: readonly Buffer[]): Promise<void> {
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0)
    if (position + length > this.sizeBytes) throw new Error('a write goes beyond the end')
    this.bytes.fill(0xee, position, position + length)
    await this.options.written()
    if (this.options.fails?.() === true || this.isAbandoned || this.isClosed) {
      throw new Error('no space left')
    }
    Buffer.concat(pieces).copy(this.bytes, position)
    this.writes++
  }

  read(position: number, target: Buffer, checksum: number): ScratchRead {
    if (this.isAbandoned || this.isClosed) return 'lost'
    const outcome = this.options.outcome?.() ?? 'done'
    if (outcome !== 'done') return outcome
    this.bytes.copy(target, 0, position, position + target.length)
    if (crc32c(target) !== checksum) return 'lost'
    this.reads++
    return 'done'
  }

  abandon(): void {
    this.isAbandoned = true
  }

  async close(): Promise<void> {
    this.isClosed = true
  }
}
