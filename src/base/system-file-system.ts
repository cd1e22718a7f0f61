import * as files from 'node:fs/promises'
import type { FileHandle, FileSystem } from './file-system.js'

const openFlags = { read: 'r', 'read-write': 'r+', create: 'wx+' } as const

/** The machine's own files. */
export const systemFileSystem: FileSystem = {
  async list(directory) {
    return (await files.readdir(directory)).sort()
  },
  async exists(path) {
    try {
      await files.access(path)
      return true
    } catch (error) {
      if (isNotFound(error)) return false
      throw error
    }
  },
  async makeDirectory(directory) {
    await files.mkdir(directory, { recursive: true, mode: 0o700 })
  },
  async open(path, mode) {
    return new SystemFileHandle(await files.open(path, openFlags[mode], 0o600))
  },
  rename: (from, to) => files.rename(from, to),
  remove: (path) => files.rm(path, { recursive: true, force: true }),
  async syncDirectory(directory) {
    const handle = await files.open(directory, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  },
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

class SystemFileHandle implements FileHandle {
  private closing: Promise<void> | undefined

  constructor(private readonly handle: files.FileHandle) {}

  async write(bytes: Uint8Array, position: number): Promise<void> {
    let written = 0
    while (written < bytes.length) {
      const left = bytes.length - written
      const result = await this.handle.write(bytes, written, left, position + written)
      written += result.bytesWritten
    }
  }

  async read(length: number, position: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafe(length)
    let filled = 0
    while (filled < length) {
      const left = length - filled
      const { bytesRead } = await this.handle.read(bytes, filled, left, position + filled)
      if (bytesRead === 0) break
      filled += bytesRead
    }
    return bytes.subarray(0, filled)
  }

  async size(): Promise<number> {
    return (await this.handle.stat()).size
  }

  truncate(length: number): Promise<void> {
    return this.handle.truncate(length)
  }

  sync(): Promise<void> {
    return this.handle.datasync()
  }

  close(): Promise<void> {
    this.closing ??= this.handle.close()
    return this.closing
  }
}
