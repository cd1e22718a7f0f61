import { join, sep } from 'node:path'
import type { DirectoryLock } from './directory-lock.js'
import { type DirectoryPlan, inspectDirectory, openDirectory } from './guarded-directory.js'
import { directoryError, type MemberIdentity } from './member-record.js'

export interface DataDirectoryOptions {
  /** Absolute. */
  readonly dataDirectory: string
  /** Absolute; undefined: log and snapshots live in the data directory. */
  readonly walDirectory: string | undefined
  readonly identity: MemberIdentity
}

const logFolders = ['log', 'snapshots'] as const

/**
 * Where a member keeps what must survive, held by one process at a time. It consists of
 * `member.json` (whose it is, in which format), `lock`, `level` (rows, with the LevelDB engine),
 * `log` and `snapshots`; the last two live in the log's own directory where there is one.
 */
export class DataDirectory {
  /** Holds the folders `log` and `snapshots`. */
  readonly logParent: string
  /** For the LevelDB engine. */
  readonly levelFolder: string
  readonly #locks: readonly DirectoryLock[]

  private constructor(options: DataDirectoryOptions, locks: readonly DirectoryLock[]) {
    this.logParent = options.walDirectory ?? options.dataDirectory
    this.levelFolder = join(options.dataDirectory, 'level')
    this.#locks = locks
  }

  /**
   * Checks, makes where absent, and locks. What is refused stays as it was.
   * @throws MetastoreError `data-directory-unusable`, whose message is one line
   */
  static async open(options: DataDirectoryOptions): Promise<DataDirectory> {
    const plans = plansOf(options)
    await inspectTogether(plans)
    const locks: DirectoryLock[] = []
    try {
      for (const plan of plans) locks.push(await openDirectory(plan))
      return new DataDirectory(options, locks)
    } catch (error) {
      await releaseAll(locks)
      throw error
    }
  }

  /** Idempotent. */
  close(): Promise<void> {
    return releaseAll(this.#locks)
  }
}

/** The log's directory comes first: data whose log was never made must not look whole. */
function plansOf({ dataDirectory, walDirectory, identity }: DataDirectoryOptions): DirectoryPlan[] {
  const levelFolders = identity.engine === 'level' ? ['level'] : []
  const data = { path: dataDirectory, role: 'data directory', identity }
  if (walDirectory === undefined) {
    return [{ ...data, holds: 'everything', folders: [...logFolders, ...levelFolders] }]
  }
  if (contains(dataDirectory, walDirectory) || contains(walDirectory, dataDirectory)) {
    throw directoryError(`log directory ${walDirectory}: must lie apart from the data directory`)
  }
  return [
    { path: walDirectory, role: 'log directory', identity, holds: 'log', folders: logFolders },
    { ...data, holds: 'data', folders: levelFolders },
  ]
}

async function inspectTogether(plans: readonly DirectoryPlan[]): Promise<void> {
  const states = await Promise.all(plans.map(inspectDirectory))
  const [log] = plans
  if (log !== undefined && states[0] === 'absent' && states[1] === 'made') {
    throw directoryError(`${log.role} ${log.path}: the log of this member is not there`)
  }
}

async function releaseAll(locks: readonly DirectoryLock[]): Promise<void> {
  await Promise.all(locks.map((lock) => lock.close()))
}

function contains(outer: string, inner: string): boolean {
  return `${inner}${sep}`.startsWith(`${outer}${sep}`)
}
