import { ftruncate, readSync, writev } from 'node:fs'
import { type FileHandle, open, rm, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { crc32 } from 'node:zlib'
import type { Clock } from '../base/clock.js'
import { closedError } from './closed-error.js'
import type { Scratch, ScratchRead } from './scratch.js'

/** Of what the disk has free when the file is made. */
const freePart = 1 / 4
/**
 * A read from memory that the system lends takes some microseconds; one from the disk holds the turn. When they take
 * more than this on average, the file is left alone for a while. (Other processes may hold up any single one.)
 */
const maxAverageMs = 2
/** How much one read counts. */
const weight = 1 / 32
const restMs = 10_000

/**
 * A file without a name: it is gone with the process, however that ends. Reads do not leave the turn; when they are
 * slow, as where the system has no memory to lend for files, it answers none for a while.
 */
export class ScratchFile implements Scratch {
  readonly sizeBytes: number
  readonly #handle: FileHandle
  readonly #clock: Clock
  #writing: Promise<void> = Promise.resolve()
  #averageMs = 0
  #restsUntilMs = Number.NEGATIVE_INFINITY
  #abandoned = false
  #closed = false

  private constructor(handle: FileHandle, sizeBytes: number, clock: Clock) {
    this.#handle = handle
    this.sizeBytes = sizeBytes
    this.#clock = clock
  }

  /**
   * Makes the file in the place of `path`, where nothing is left of it. It takes at most `maxBytes`, and a quarter
   * of what the disk has free.
   * @throws Error of the file system
   */
  static async open(path: string, maxBytes: number, clock: Clock): Promise<ScratchFile> {
    const handle = await open(path, 'w+', 0o600)
    try {
      await rm(path)
      const { bavail, bsize } = await statfs(dirname(path))
      const sizeBytes = Math.floor(Math.min(maxBytes, bavail * bsize * freePart))
      return new ScratchFile(handle, sizeBytes, clock)
    } catch (error) {
      await handle.close()
      throw error
    }
  }

  checksum(bytes: Uint8Array): number {
    return crc32(bytes)
  }

  write(position: number, pieces: readonly Buffer[]): Promise<void> {
    if (this.#closed || this.#abandoned) return Promise.reject(closedError('scratch file'))
    const writing = writeAll(this.#handle.fd, position, pieces)
    // Of a state that has just been replaced, another one may be under way.
    this.#writing = Promise.allSettled([this.#writing, writing]).then(() => {})
    return writing
  }

  read(position: number, target: Buffer, checksum: number): ScratchRead {
    if (this.#closed || this.#abandoned) return 'lost'
    const startMs = this.#clock.nowMs()
    if (startMs < this.#restsUntilMs) return 'slow'
    try {
      const length = readSync(this.#handle.fd, target, 0, target.length, position)
      if (length < target.length) return 'lost'
    } catch {
      return 'lost'
    } finally {
      this.#took(startMs)
    }
    return crc32(target) === checksum ? 'done' : 'lost'
  }

  abandon(): void {
    if (this.#closed || this.#abandoned) return
    this.#abandoned = true
    this.#writing = this.#writing.then(
      () =>
        new Promise((resolve) => {
          ftruncate(this.#handle.fd, 0, () => resolve())
        }),
    )
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.#writing
    await this.#handle.close()
  }

  #took(startMs: number): void {
    const endMs = this.#clock.nowMs()
    this.#averageMs += (endMs - startMs - this.#averageMs) * weight
    if (this.#averageMs < maxAverageMs) return
    this.#averageMs = 0
    this.#restsUntilMs = endMs + restMs
  }
}

async function writeAll(fd: number, position: number, pieces: readonly Buffer[]): Promise<void> {
  let at = position
  let rest = [...pieces]
  while (rest.length > 0) {
    const written = await writeSome(fd, at, rest)
    at += written
    rest = behind(rest, written)
  }
}

function writeSome(fd: number, position: number, pieces: Buffer[]): Promise<number> {
  return new Promise((resolve, reject) => {
    writev(fd, pieces, position, (error, written) => {
      if (error === null) resolve(written)
      else reject(error)
    })
  })
}

/** What is left of `pieces` behind their first `length` bytes. */
function behind(pieces: readonly Buffer[], length: number): Buffer[] {
  let skip = length
  const rest: Buffer[] = []
  for (const piece of pieces) {
    if (skip < piece.length) rest.push(skip === 0 ? piece : piece.subarray(skip))
    skip = Math.max(0, skip - piece.length)
  }
  return rest
}
