import { open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { MetastoreError, messageOf } from '../../base/errors.js'
import { heldFolder } from './held-files.js'

/**
 * Names the folder in use, in a file that is replaced as a whole. Where there is none, LevelDB's files stand in the
 * root itself: so does every database that was not yet exchanged for another.
 */
const activeName = 'ACTIVE'
const activeAside = 'ACTIVE.new'
const folderPattern = /^state-(\d{1,15})$/
/** What LevelDB itself keeps in a folder. */
const levelPattern = /^(CURRENT|LOCK|LOG|LOG\.old|MANIFEST-\d+|\d+\.(log|ldb|sst|dbtmp))$/

/**
 * The folders below one root, of which one holds the database in use: `state-<number>`, or the root itself.
 */
export class LevelFolders {
  readonly #root: string
  #lastNumber = 0
  #prepared: string | undefined

  constructor(root: string) {
    this.#root = root
  }

  /**
   * The folder in use; the root when there is nothing yet.
   * @throws MetastoreError `data-corrupt` when what names it is damaged or lost
   */
  async active(): Promise<string> {
    const names = await this.#names()
    for (const name of names) this.#lastNumber = Math.max(this.#lastNumber, numberOf(name) ?? 0)
    if (!names.includes(activeName)) {
      const stray = names.find((name) => numberOf(name) !== undefined)
      if (stray === undefined || names.includes('CURRENT')) return this.#root
      throw this.#damaged(`it holds "${stray}", but its file ${activeName} is missing`)
    }
    const text = await readFile(join(this.#root, activeName), 'latin1')
    const name = text.trimEnd()
    if (text !== `${name}\n` || numberOf(name) === undefined) {
      throw this.#damaged(`its file ${activeName} names no folder`)
    }
    const folder = join(this.#root, name)
    const inside = await readdir(folder).catch((): string[] => [])
    if (!inside.includes('CURRENT')) throw this.#damaged(`it lacks "${name}", which is in use`)
    return folder
  }

  /** A name that was never used. */
  next(): string {
    this.#lastNumber++
    return join(this.#root, `state-${this.#lastNumber}`)
  }

  /** Makes all that a folder holds durable, and gets everything ready for {@link activate}. */
  async prepare(folder: string): Promise<void> {
    for (const name of await readdir(folder)) await syncPath(join(folder, name))
    await syncPath(folder)
    await syncPath(this.#root)
    const aside = join(this.#root, activeAside)
    const handle = await open(aside, 'w', 0o600)
    try {
      await handle.writeFile(`${folder.slice(this.#root.length + 1)}\n`)
      await handle.sync()
    } finally {
      await handle.close()
    }
    this.#prepared = folder
  }

  /** The folder is in use from here on, also after a crash. */
  async activate(folder: string): Promise<void> {
    if (this.#prepared !== folder) await this.prepare(folder)
    this.#prepared = undefined
    await rename(join(this.#root, activeAside), join(this.#root, activeName))
    await syncPath(this.#root)
  }

  /** Removes a folder that is not in use; of the root, only what is LevelDB's. */
  async remove(folder: string): Promise<void> {
    if (folder !== this.#root) {
      await rm(folder, { recursive: true, force: true })
      return
    }
    for (const name of await this.#names()) {
      if (levelPattern.test(name)) await rm(join(this.#root, name), { force: true })
    }
    await rm(join(this.#root, heldFolder), { recursive: true, force: true })
  }

  /** Removes what a crash left: databases that were not finished, and those that were replaced. */
  async removeAllBut(active: string): Promise<void> {
    for (const name of await this.#names()) {
      const folder = join(this.#root, name)
      if (numberOf(name) !== undefined && folder !== active) await this.remove(folder)
    }
    await rm(join(this.#root, activeAside), { force: true })
    if (active !== this.#root) await this.remove(this.#root)
  }

  async #names(): Promise<string[]> {
    try {
      return await readdir(this.#root)
    } catch {
      // Whoever opens the database there says what is wrong.
      return []
    }
  }

  #damaged(what: string): MetastoreError {
    return new MetastoreError('data-corrupt', `data directory "${this.#root}" is damaged: ${what}`)
  }
}

function numberOf(name: string): number | undefined {
  const [, digits] = folderPattern.exec(name) ?? []
  return digits === undefined ? undefined : Number(digits)
}

/** A file or a directory. What LevelDB has removed meanwhile needs no sync. */
async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  })
  try {
    await handle?.sync()
  } catch (error) {
    throw new MetastoreError('disk-failed', `disk failed: syncing ${path}: ${messageOf(error)}`, {
      cause: error,
    })
  } finally {
    await handle?.close()
  }
}
