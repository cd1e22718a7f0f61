import { dirname } from 'node:path'
import type { FileSystem } from '../base/file-system.js'

/**
 * Makes a directory with all parents, one level after the other, each durable before the next, so that
 * a crash leaves at most the deepest one unsynced; that one is synced by the next call.
 */
export async function makeDurableDirectory(
  fileSystem: FileSystem,
  directory: string,
): Promise<void> {
  const parent = dirname(directory)
  const isThere = await fileSystem.exists(directory)
  if (!isThere) {
    if (parent !== directory) await makeDurableDirectory(fileSystem, parent)
    await fileSystem.makeDirectory(directory)
  }
  try {
    await fileSystem.syncDirectory(parent)
  } catch (error) {
    if (!isThere || !isForbidden(error)) throw error
  }
}

/** A directory above that may not be opened was not made by this process. */
function isForbidden(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EACCES'
}
