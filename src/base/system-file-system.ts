import { constants } from 'node:fs'
import * as files from 'node:fs/promises'
import { dirname } from 'node:path'
import type { FileHandle, FileSystem } from './file-system.js'
import { SyncedFile } from './synced-file.js'

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
  makeDirectory,
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

/**
 * Node's own recursive mkdir tries for ever where a parent exists that takes no directories and says
 * ENOENT, as /proc does.
 */
async function makeDirectory(directory: string): Promise<void> {
  const make = () => files.mkdir(directory, { mode: 0o700 })
  try {
    await make()
  } catch (error) {
    if (hasCode(error, 'EEXIST') && (await files.stat(directory)).isDirectory()) return
    const parent = dirname(directory)
    if (!isNotFound(error) || parent === directory) throw error
    await makeDirectory(parent)
    await make()
  }
}

function isNotFound(error: unknown): boolean {
  return hasCode(error, 'ENOENT')
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

class SystemFileHandle implements FileHandle {
  private closing: Promise<void> | undefined
  /** The same file, opened so that a write ends when it is on the disk: one way to the disk, not two. */
  private opening: Promise<SyncedFile | undefined> | undefined
  /** What {@link opening} came to. */
  private synced: SyncedFile | undefined

  constructor(private readonly handle: files.FileHandle) {}

  write(bytes: Uint8Array, position: number): Promise<void> {
    return writeAll(this.handle, bytes, position)
  }

  writeSynced(bytes: Uint8Array, position: number): Promise<void> {
    return this.synced?.write(bytes, position) ?? this.openAndWriteSynced(bytes, position)
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
    this.closing ??= this.closeBoth()
    return this.closing
  }

  private async openAndWriteSynced(bytes: Uint8Array, position: number): Promise<void> {
    this.opening ??= this.openSynced()
    this.synced = await this.opening
    if (this.synced !== undefined) return this.synced.write(bytes, position)
    await writeAll(this.handle, bytes, position)
    await this.sync()
  }

  /** By way of the open file, whose name may have changed; undefined where there is no such way. */
  private async openSynced(): Promise<SyncedFile | undefined> {
    if (constants.O_DSYNC === undefined) return undefined
    const openFile = `/proc/self/fd/${this.handle.fd}`
    const flags = constants.O_RDWR | constants.O_DSYNC
    const handle = await files.open(openFile, flags).catch(() => undefined)
    return handle === undefined ? undefined : new SyncedFile(handle)
  }

  private async closeBoth(): Promise<void> {
    const synced = await this.opening
    await synced?.close()
    await this.handle.close()
  }
}

async function writeAll(
  handle: files.FileHandle,
  bytes: Uint8Array,
  position: number,
): Promise<void> {
  let written = 0
  while (written < bytes.length) {
    const left = bytes.length - written
    const result = await handle.write(bytes, written, left, position + written)
    written += result.bytesWritten
  }
}
