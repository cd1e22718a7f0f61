import { dirname } from 'node:path'
import type { FileHandle, FileSystem } from '../../src/base/file-system.js'

interface MemoryFile {
  path: string
  bytes: Buffer
}

/** Files in memory that answer at once, for tests that open a log thousands of times. */
export class MemoryFiles implements FileSystem {
  /** What was done, in order, such as `write /log/a.log 4096 120`. */
  readonly trace: string[] = []
  /** Asked before every step with what {@link trace} would say; what it returns is thrown. */
  failure: (step: string) => Error | undefined = () => undefined
  private readonly files = new Map<string, MemoryFile>()
  private readonly directories = new Set<string>(['/'])

  get paths(): string[] {
    return [...this.files.keys()].sort()
  }

  /** The bytes themselves, for damage. */
  bytes(path: string): Buffer {
    return this.file(path).bytes
  }

  set(path: string, bytes: Buffer): void {
    this.files.set(path, { path, bytes })
    for (let at = dirname(path); at !== '/'; at = dirname(at)) this.directories.add(at)
  }

  /** A copy that can be damaged and opened on its own. */
  copy(): MemoryFiles {
    const copied = new MemoryFiles()
    for (const { path, bytes } of this.files.values()) copied.set(path, Buffer.from(bytes))
    return copied
  }

  async list(directory: string): Promise<string[]> {
    const inside = this.paths.filter((path) => dirname(path) === directory)
    return inside.map((path) => path.slice(directory.length + 1))
  }

  async exists(path: string): Promise<boolean> {
    return this.files.has(path) || this.directories.has(path)
  }

  async makeDirectory(directory: string): Promise<void> {
    this.step(`make-directory ${directory}`)
    for (let at = directory; at !== '/'; at = dirname(at)) this.directories.add(at)
  }

  async open(path: string, mode: 'read' | 'read-write' | 'create'): Promise<FileHandle> {
    this.step(`open ${path} ${mode}`)
    if (mode === 'create') this.set(path, Buffer.alloc(0))
    return this.handle(this.file(path))
  }

  async rename(from: string, to: string): Promise<void> {
    this.step(`rename ${from} ${to}`)
    const file = this.file(from)
    this.files.delete(from)
    file.path = to
    this.files.set(to, file)
  }

  async remove(path: string): Promise<void> {
    if (this.files.delete(path)) this.step(`remove ${path}`)
  }

  async syncDirectory(directory: string): Promise<void> {
    this.step(`sync-directory ${directory}`)
  }

  private file(path: string): MemoryFile {
    const file = this.files.get(path)
    if (file === undefined) throw Object.assign(new Error(`no ${path}`), { code: 'ENOENT' })
    return file
  }

  private handle(file: MemoryFile): FileHandle {
    const write = async (bytes: Uint8Array, position: number): Promise<void> => {
      this.step(`write ${file.path} ${position} ${bytes.length}`)
      const end = position + bytes.length
      if (end > file.bytes.length) {
        file.bytes = Buffer.concat([file.bytes, Buffer.alloc(end - file.bytes.length)])
      }
      file.bytes.set(bytes, position)
    }
    const sync = async () => this.step(`sync ${file.path}`)
    return {
      write,
      sync,
      writeSynced: async (bytes, position) => {
        await write(bytes, position)
        await sync()
      },
      read: async (length, position) =>
        Buffer.from(file.bytes.subarray(position, position + length)),
      size: async () => file.bytes.length,
      truncate: async (length) => {
        file.bytes = file.bytes.subarray(0, length)
      },
      close: async () => {},
    }
  }

  private step(step: string): void {
    const error = this.failure(step)
    if (error !== undefined) throw error
    this.trace.push(step)
  }
}
