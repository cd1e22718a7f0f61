/**
 * The files a member keeps, as an interface so that the simulator can lose, tear and refuse writes.
 * Every method rejects with the error of the platform (an `Error` with `code`, such as `ENOSPC`).
 */
export interface FileSystem {
  /** Names in a directory, sorted; a missing directory is an error with code `ENOENT`. */
  list(directory: string): Promise<string[]>
  exists(path: string): Promise<boolean>
  /** With all parents. The caller syncs the parent directory. */
  makeDirectory(directory: string): Promise<void>
  /** `create`: a new file, for reading and writing; an existing one is an error `EEXIST`. */
  open(path: string, mode: 'read' | 'read-write' | 'create'): Promise<FileHandle>
  rename(from: string, to: string): Promise<void>
  /** A file, or a directory with all it holds. Removing what is not there does nothing. */
  remove(path: string): Promise<void>
  /** Makes creations, renames and removals inside the directory durable. */
  syncDirectory(directory: string): Promise<void>
}

export interface FileHandle {
  /** Writes all of `bytes` at `position`. Durable only after {@link sync}. */
  write(bytes: Uint8Array, position: number): Promise<void>
  /**
   * Writes all of `bytes` at `position`, and returns when they are on the disk. Says nothing of what
   * {@link write} wrote before. One call at a time. A failure is never retried.
   */
  writeSynced(bytes: Uint8Array, position: number): Promise<void>
  /** Up to `length` bytes from `position`; fewer only at the end of the file. */
  read(length: number, position: number): Promise<Buffer>
  size(): Promise<number>
  truncate(length: number): Promise<void>
  /** Returns when all that was written is on the disk. A failure is never retried. */
  sync(): Promise<void>
  /** Idempotent. */
  close(): Promise<void>
}
