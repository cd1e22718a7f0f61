import { dirname } from 'node:path'
import type { Clock } from '../../src/base/clock.js'
import type { FileHandle, FileSystem } from '../../src/base/file-system.js'
import type { Random } from '../../src/base/random.js'
import { SimulatedFile } from './simulated-file.js'

type Node = SimulatedFile | 'directory'

/** A change of names inside one directory; a rename is one change. */
interface NameChange {
  readonly removed: string | undefined
  readonly added: string | undefined
  readonly node: Node
}

type DiskOperation = 'write' | 'sync' | 'open' | 'rename' | 'sync-directory'

/**
 * A disk that loses what was not synced. When the power goes, each unsynced write persists, vanishes
 * or tears at its sectors, and the changes of names in each directory persist up to some point.
 */
export class SimulatedDisk implements FileSystem {
  /** Bytes of all files; more is refused with `ENOSPC`. */
  capacityBytes = Number.POSITIVE_INFINITY
  /** Asked before every operation; what it returns is what the operation fails with. */
  failure: (operation: DiskOperation, path: string) => Error | undefined = () => undefined
  /** Set to let syncs stand still until it resolves. */
  hung: Promise<void> | undefined
  /** Whether a sector of a write that was not synced may come back with a bit turned over. */
  flipsBits = false
  /** Every operation that was carried out, for tests of order. */
  readonly trace: string[] = []
  /** Hears of every operation that was carried out. */
  note: (line: string) => void = (line) => void this.trace.push(line)
  private seen = new Map<string, Node>([['/', 'directory']])
  private stored = new Map<string, Node>([['/', 'directory']])
  private unsynced = new Map<string, NameChange[]>()
  private underWay = new Set<() => void>()

  constructor(
    private clock: Clock,
    private readonly random: Random,
  ) {}

  /** Another process uses the disk from here on; the one before must have ended. */
  handTo(clock: Clock): void {
    this.clock = clock
  }

  async list(directory: string): Promise<string[]> {
    await this.wait()
    if (this.seen.get(directory) !== 'directory') throw failed('ENOENT', directory)
    const start = directory === '/' ? '/' : `${directory}/`
    const inside = [...this.seen.keys()].filter((path) => path !== '/' && path.startsWith(start))
    const names = inside.map((path) => path.slice(start.length))
    return names.filter((name) => !name.includes('/')).sort()
  }

  async exists(path: string): Promise<boolean> {
    await this.wait()
    return this.seen.has(path)
  }

  async makeDirectory(directory: string): Promise<void> {
    await this.wait()
    const missing: string[] = []
    for (let at = directory; !this.seen.has(at); at = dirname(at)) missing.unshift(at)
    for (const path of missing) this.change({ removed: undefined, added: path, node: 'directory' })
  }

  async open(path: string, mode: 'read' | 'read-write' | 'create'): Promise<FileHandle> {
    await this.wait()
    this.check('open', path)
    const found = this.seen.get(path)
    if (mode === 'create') {
      if (found !== undefined) throw failed('EEXIST', path)
      if (this.usedBytes >= this.capacityBytes) throw failed('ENOSPC', path)
      const file = new SimulatedFile()
      this.change({ removed: undefined, added: path, node: file })
      return this.handle(file, path)
    }
    if (found === undefined || found === 'directory') throw failed('ENOENT', path)
    return this.handle(found, path)
  }

  async rename(from: string, to: string): Promise<void> {
    await this.wait()
    this.check('rename', to)
    const node = this.seen.get(from)
    if (node === undefined) throw failed('ENOENT', from)
    if (dirname(from) !== dirname(to)) throw failed('EXDEV', to)
    this.change({ removed: from, added: to, node })
  }

  async remove(path: string): Promise<void> {
    await this.wait()
    for (const [inside, node] of [...this.seen].reverse()) {
      const within = inside === path || inside.startsWith(`${path}/`)
      if (within) this.change({ removed: inside, added: undefined, node })
    }
  }

  async syncDirectory(directory: string): Promise<void> {
    await this.wait()
    this.check('sync-directory', directory)
    for (const change of this.unsynced.get(directory) ?? []) apply(this.stored, change)
    this.unsynced.delete(directory)
  }

  /** The process dies; what the system has taken stays. Old handles must not be used any more. */
  endProcess(): void {
    for (const carryOut of this.underWay) if (this.random.below(2) === 0) carryOut()
    this.underWay.clear()
  }

  /** The machine stops. */
  losePower(): void {
    this.endProcess()
    for (const changes of this.unsynced.values()) {
      for (const change of changes.slice(0, this.random.below(changes.length + 1))) {
        apply(this.stored, change)
      }
    }
    this.unsynced.clear()
    for (const path of this.stored.keys()) {
      for (let at = path; at !== '/'; at = dirname(at)) {
        if (!this.stored.has(dirname(at))) this.stored.delete(path)
      }
    }
    for (const node of this.stored.values())
      if (node !== 'directory') node.losePower(this.random, this.flipsBits)
    this.seen = new Map(this.stored)
  }

  /** Turns back the bits that losses of power have turned since {@link forgetFlips}. False: there were none. */
  mendFlips(): boolean {
    let mended = false
    for (const node of this.seen.values()) {
      if (node !== 'directory' && node.mendFlips()) mended = true
    }
    return mended
  }

  forgetFlips(): void {
    for (const node of this.seen.values()) if (node !== 'directory') node.forgetFlips()
  }

  /** The file of a path as a process sees it. */
  file(path: string): SimulatedFile {
    const node = this.seen.get(path)
    if (node === undefined || node === 'directory') throw failed('ENOENT', path)
    return node
  }

  get usedBytes(): number {
    let sum = 0
    for (const node of this.seen.values()) if (node !== 'directory') sum += node.size
    return sum
  }

  private handle(file: SimulatedFile, path: string): FileHandle {
    const write = async (bytes: Uint8Array, position: number): Promise<void> => {
      const carryOut = () => file.write(bytes, position)
      this.underWay.add(carryOut)
      await this.wait()
      this.underWay.delete(carryOut)
      this.check('write', path)
      const growth = Math.max(0, position + bytes.length - file.size)
      if (growth > 0 && this.usedBytes + growth > this.capacityBytes) throw failed('ENOSPC', path)
      carryOut()
    }
    const sync = async (): Promise<void> => {
      await this.wait()
      await this.hung
      try {
        this.check('sync', path)
      } catch (error) {
        file.forgetUnsynced(this.random)
        throw error
      }
      file.sync()
    }
    return {
      write,
      sync,
      writeSynced: async (bytes, position) => {
        await write(bytes, position)
        await sync()
      },
      read: async (length, position) => {
        await this.wait()
        return file.read(length, position)
      },
      size: async () => file.size,
      truncate: async (length) => {
        await this.wait()
        file.truncate(length)
      },
      close: async () => {},
    }
  }

  private change(change: NameChange): void {
    apply(this.seen, change)
    const directory = dirname(change.added ?? change.removed ?? '/')
    const changes = this.unsynced.get(directory) ?? []
    changes.push(change)
    this.unsynced.set(directory, changes)
  }

  private check(operation: DiskOperation, path: string): void {
    const error = this.failure(operation, path)
    if (error !== undefined) throw error
    this.note(`${operation} ${path}`)
  }

  private wait(): Promise<void> {
    return new Promise((resolve) => {
      this.clock.schedule((1 + this.random.below(20)) / 10, resolve)
    })
  }
}

/** An error as the platform throws it. */
export function failed(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code })
}

function apply(names: Map<string, Node>, { removed, added, node }: NameChange): void {
  if (removed !== undefined) names.delete(removed)
  if (added !== undefined) names.set(added, node)
}
