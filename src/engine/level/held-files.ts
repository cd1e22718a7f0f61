import { access, link, mkdir, readdir, rm, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock, Timer } from '../../base/clock.js'

/** Inside the database's folder. */
export const heldFolder = 'held'
/** Tables and logs; LevelDB's other files are small. */
const heldPattern = /^\d+\.(ldb|log)$/

const pauseMs = 100
/** A look at a large folder takes longer, and is not to take more than this part of the time. */
const lookShare = 1 / 50
/** After so many looks at which all was as before, the next one waits for {@link HeldFiles.written}. */
const looksInVain = 20
/** Removed before the next look. */
const removalsPerLook = 16

/**
 * Gives LevelDB's files a second name, and takes it back when LevelDB has removed the first. LevelDB holds its lock
 * while it removes the tables that it has rewritten, and every read and write waits for that lock. Removing the last
 * name of a file frees its memory and its blocks: 1.3 ms for a table of 2 MiB, 14 for a log of 16; removing one of two
 * took 3 µs. A file that has no second name yet is merely removed slowly.
 */
export class HeldFiles {
  readonly #folder: string
  readonly #held: string
  readonly #clock: Clock
  readonly #names = new Set<string>()
  #timer: Timer | undefined
  #running: Promise<void> | undefined
  #vain = 0
  /** Not every file system has second names. */
  #usable = true
  #closed = false

  constructor(folder: string, clock: Clock) {
    this.#folder = folder
    this.#held = join(folder, heldFolder)
    this.#clock = clock
  }

  /** Removes what a crash left. To be called when the database is open, and the folder so its own. */
  async start(): Promise<void> {
    try {
      await rm(this.#held, { recursive: true, force: true })
      await mkdir(this.#held, { mode: 0o700 })
    } catch {
      this.#usable = false
    }
  }

  /** LevelDB has something to write, and so may make and remove files. */
  written(): void {
    this.#vain = 0
    if (this.#timer === undefined && this.#running === undefined) this.#schedule(pauseMs)
  }

  /** Resolves when no look is under way. */
  async settled(): Promise<void> {
    await this.#running
  }

  /** Removes all second names. To be called before the database is closed, and the folder so another's. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true
    this.#timer?.cancel()
    await this.settled()
    await rm(this.#held, { recursive: true, force: true }).catch(() => {})
  }

  #schedule(delayMs: number): void {
    if (this.#closed || !this.#usable) return
    this.#timer = this.#clock.schedule(delayMs, () => {
      this.#timer = undefined
      this.#running = this.#look().finally(() => {
        this.#running = undefined
      })
    })
  }

  async #look(): Promise<void> {
    const startedMs = this.#clock.nowMs()
    const listed = await readdir(this.#folder).catch((): undefined => undefined)
    const tookMs = this.#clock.nowMs() - startedMs
    if (listed !== undefined) await this.#follow(new Set(listed))
    this.#vain++
    if (this.#vain < looksInVain) this.#schedule(Math.max(pauseMs, tookMs / lookShare))
  }

  async #follow(present: ReadonlySet<string>): Promise<void> {
    for (const name of present) {
      if (this.#closed || !this.#usable) return
      if (heldPattern.test(name) && !this.#names.has(name)) await this.#hold(name)
    }
    let removals = 0
    for (const name of this.#names) {
      if (this.#closed || removals === removalsPerLook) return
      if (present.has(name)) continue
      removals++
      this.#vain = 0
      this.#names.delete(name)
      await unlink(join(this.#held, name)).catch(() => {})
    }
  }

  async #hold(name: string): Promise<void> {
    try {
      await link(join(this.#folder, name), join(this.#held, name))
      this.#names.add(name)
      this.#vain = 0
    } catch (thrown) {
      const isGone = thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT'
      // Either LevelDB was faster, or somebody has removed the second names.
      if (!isGone || !(await this.#isThere())) await this.#giveUp()
    }
  }

  /** Names that nobody looks after any more would keep the room of what LevelDB removes, on a full disk above all. */
  async #giveUp(): Promise<void> {
    this.#usable = false
    this.#names.clear()
    await rm(this.#held, { recursive: true, force: true }).catch(() => {})
  }

  #isThere(): Promise<boolean> {
    return access(this.#held).then(
      () => true,
      () => false,
    )
  }
}
