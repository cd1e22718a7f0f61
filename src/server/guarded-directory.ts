import { access, constants, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { MetastoreError, messageOf } from '../base/errors.js'
import { systemFileSystem as files } from '../base/system-file-system.js'
import { DirectoryLock, lockFolderName } from './directory-lock.js'
import {
  directoryError,
  encodeRecord,
  type Holding,
  type IdentityClaim,
  type MemberIdentity,
  readRecord,
  recordFileName,
} from './member-record.js'

export interface DirectoryPlan {
  readonly path: string
  /** What a message calls it, such as `data directory`. */
  readonly role: string
  readonly claim: IdentityClaim
  readonly holds: Holding
  /** Folders it consists of; the rooms that use them fill them. */
  readonly folders: readonly string[]
}

/** A directory that was made, or was there. */
export interface OpenedDirectory {
  readonly lock: DirectoryLock
  readonly identity: MemberIdentity
}

const recordAside = `${recordFileName}.new`

/** What an empty directory may hold: `lost+found` stands in every volume of its own. */
const remnants: readonly string[] = [lockFolderName, recordAside, 'lost+found']

/**
 * Looks whether a directory is what the plan says, and touches nothing. Answers whose it is;
 * undefined where there is nothing yet, or what a start that was cut short left behind.
 * @throws MetastoreError `data-directory-unusable`
 */
export async function inspectDirectory(plan: DirectoryPlan): Promise<MemberIdentity | undefined> {
  return explaining(plan, async () => {
    const entries = await entriesOf(plan.path)
    if (entries === undefined) return undefined
    if (!entries.includes(recordFileName)) {
      await requireRemnants(plan, entries)
      await access(plan.path, constants.W_OK | constants.X_OK)
      return undefined
    }
    const text = await readFile(join(plan.path, recordFileName), 'utf8')
    const found = readRecord(text, plan.claim, plan.holds)
    if (typeof found === 'string') throw refusal(plan, found)
    await access(plan.path, constants.W_OK | constants.X_OK)
    const missing = plan.folders.find((folder) => !entries.includes(folder))
    if (missing !== undefined) throw refusal(plan, `its folder "${missing}" is missing`)
    return found
  })
}

/**
 * Takes the lock of a directory and makes the directory where it is absent. What a crash leaves of
 * the making counts as absent: the record, which comes last and at once, makes it whole.
 * @throws MetastoreError `data-directory-unusable`
 */
export async function openDirectory(plan: DirectoryPlan): Promise<OpenedDirectory> {
  return explaining(plan, async () => {
    await makeDurably(plan.path)
    const lock = await DirectoryLock.acquire(join(plan.path, lockFolderName))
    if (lock === undefined) throw refusal(plan, 'is in use by another process')
    try {
      // Whoever held the lock before may have made the directory.
      const found = await inspectDirectory(plan)
      if (found === undefined) await fill(plan)
      return { lock, identity: found ?? plan.claim.identity }
    } catch (error) {
      await lock.close()
      throw error
    }
  })
}

async function fill(plan: DirectoryPlan): Promise<void> {
  for (const folder of plan.folders) await files.makeDirectory(join(plan.path, folder))
  const aside = join(plan.path, recordAside)
  await files.remove(aside)
  const handle = await files.open(aside, 'create')
  try {
    await handle.write(Buffer.from(encodeRecord(plan.claim.identity, plan.holds)), 0)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await files.rename(aside, join(plan.path, recordFileName))
  await files.syncDirectory(plan.path)
}

/** Passes a directory that is empty, or holds no more than a making that was cut short. */
async function requireRemnants(plan: DirectoryPlan, entries: readonly string[]): Promise<void> {
  for (const entry of entries) {
    if (remnants.includes(entry)) continue
    const isFolder = plan.folders.includes(entry)
    if (!isFolder || (await files.list(join(plan.path, entry))).length > 0) {
      throw refusal(plan, `is not empty and holds no ${recordFileName}, so it is not metastore's`)
    }
  }
}

async function makeDurably(path: string): Promise<void> {
  if (await files.exists(path)) return
  const parent = dirname(path)
  await makeDurably(parent)
  await files.makeDirectory(path)
  await files.syncDirectory(parent)
}

/** undefined: there is no such directory. */
async function entriesOf(path: string): Promise<string[] | undefined> {
  try {
    return await files.list(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

async function explaining<T>(plan: DirectoryPlan, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof MetastoreError) throw error
    throw refusal(plan, reasonOf(error), error)
  }
}

function reasonOf(error: unknown): string {
  switch (codeOf(error)) {
    case 'ENOTDIR':
    case 'EEXIST':
      return 'a file is in the way'
    case 'EACCES':
    case 'EPERM':
      return 'permission denied: it must be readable and writable'
    case 'EROFS':
      return 'it is on a read-only file system'
    case 'ENOSPC':
      return 'no space is left on the disk'
    default:
      return `cannot be used: ${messageOf(error).split('\n')[0]}`
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}

function refusal(plan: DirectoryPlan, problem: string, cause?: unknown): MetastoreError {
  return directoryError(`${plan.role} ${plan.path}: ${problem}`, cause)
}
