import { join, sep } from 'node:path'
import type { DirectoryLock } from './directory-lock.js'
import { type DirectoryPlan, inspectDirectory, openDirectory } from './guarded-directory.js'
import {
  directoryError,
  type IdentityClaim,
  isSameMember,
  type MemberIdentity,
} from './member-record.js'

export interface DataDirectoryOptions {
  /** Absolute. */
  readonly dataDirectory: string
  /** Absolute; undefined: log and snapshots live in the data directory. */
  readonly walDirectory: string | undefined
  /** Who the member is where there is no data yet; data that is there says so itself. */
  readonly claim: IdentityClaim
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
  /** For a file that loses its name as soon as it is open. */
  readonly scratchFile: string
  /** Whose it is. */
  readonly identity: MemberIdentity
  readonly #locks: readonly DirectoryLock[]

  private constructor(
    options: DataDirectoryOptions,
    identity: MemberIdentity,
    locks: readonly DirectoryLock[],
  ) {
    this.identity = identity
    this.logParent = options.walDirectory ?? options.dataDirectory
    this.levelFolder = join(options.dataDirectory, 'level')
    this.scratchFile = join(options.dataDirectory, 'scratch')
    this.#locks = locks
  }

  /**
   * Whose data is there already; undefined: nobody's yet. Touches nothing.
   * @throws MetastoreError `data-directory-unusable`, whose message is one line
   */
  static inspect(options: DataDirectoryOptions): Promise<MemberIdentity | undefined> {
    return inspectTogether(plansOf(options))
  }

  /**
   * Checks, makes where absent, and locks. What is refused stays as it was.
   * @throws MetastoreError `data-directory-unusable`, whose message is one line
   */
  static async open(options: DataDirectoryOptions): Promise<DataDirectory> {
    const plans = plansOf(options)
    let identity = await inspectTogether(plans)
    const locks: DirectoryLock[] = []
    try {
      for (const plan of plans) {
        const claim = identity === undefined ? plan.claim : { ...plan.claim, identity }
        const opened = await openDirectory({ ...plan, claim })
        locks.push(opened.lock)
        requireSameMember(plan, opened.identity, identity)
        identity = opened.identity
      }
      return new DataDirectory(options, identity ?? options.claim.identity, locks)
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
function plansOf({ dataDirectory, walDirectory, claim }: DataDirectoryOptions): DirectoryPlan[] {
  const levelFolders = claim.identity.engine === 'level' ? ['level'] : []
  const data = { path: dataDirectory, role: 'data directory', claim }
  if (walDirectory === undefined) {
    return [{ ...data, holds: 'everything', folders: [...logFolders, ...levelFolders] }]
  }
  if (contains(dataDirectory, walDirectory) || contains(walDirectory, dataDirectory)) {
    throw directoryError(`log directory ${walDirectory}: must lie apart from the data directory`)
  }
  return [
    { path: walDirectory, role: 'log directory', claim, holds: 'log', folders: logFolders },
    { ...data, holds: 'data', folders: levelFolders },
  ]
}

async function inspectTogether(
  plans: readonly DirectoryPlan[],
): Promise<MemberIdentity | undefined> {
  const [first, second] = await Promise.all(plans.map(inspectDirectory))
  const [log, data] = plans
  if (log === undefined || data === undefined || second === undefined) return first
  if (first === undefined) {
    throw directoryError(`${log.role} ${log.path}: the log of this member is not there`)
  }
  requireSameMember(data, second, first)
  return first
}

function requireSameMember(
  { role, path }: DirectoryPlan,
  found: MemberIdentity,
  known: MemberIdentity | undefined,
): void {
  if (known === undefined || isSameMember(found, known)) return
  throw directoryError(`${role} ${path}: belongs to another member than its log`)
}

async function releaseAll(locks: readonly DirectoryLock[]): Promise<void> {
  await Promise.all(locks.map((lock) => lock.close()))
}

function contains(outer: string, inner: string): boolean {
  return `${inner}${sep}`.startsWith(`${outer}${sep}`)
}
