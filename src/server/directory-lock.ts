import { ClassicLevel } from 'classic-level'
import { messageOf } from '../base/errors.js'

/** LevelDB passes on the texts of the platform, not its codes. */
const codesByText = [
  ['Permission denied', 'EACCES'],
  ['Read-only file system', 'EROFS'],
  ['No space left on device', 'ENOSPC'],
  ['Not a directory', 'ENOTDIR'],
] as const

/** The folder a lock keeps inside the directory it guards. */
export const lockFolderName = 'lock'

/**
 * Keeps a second process, and a second user in this one, out of a directory. It is the lock of an
 * empty LevelDB: the operating system releases it with the process, however that ends.
 */
export class DirectoryLock {
  readonly #database: ClassicLevel
  #closing: Promise<void> | undefined

  private constructor(database: ClassicLevel) {
    this.#database = database
  }

  /** undefined: somebody else holds it. Rejects with the platform's `code` where it is known. */
  static async acquire(folder: string): Promise<DirectoryLock | undefined> {
    const database = new ClassicLevel(folder, { cacheSize: 0, writeBufferSize: 65_536 })
    try {
      await database.open()
      return new DirectoryLock(database)
    } catch (error) {
      const cause = error instanceof Error ? error.cause : undefined
      if (cause instanceof Error && 'code' in cause && cause.code === 'LEVEL_LOCKED')
        return undefined
      throw withCode(new Error(messageOf(cause ?? error), { cause: error }))
    }
  }

  /** Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#database.close()
    return this.#closing
  }
}

function withCode(error: Error): Error {
  const known = codesByText.find(([text]) => error.message.includes(text))
  return known === undefined ? error : Object.assign(error, { code: known[1] })
}
