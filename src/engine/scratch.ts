/** What has come of a read; `slow`: not now, since it would take long; `lost`: other bytes are there, or none. */
export type ScratchRead = 'done' | 'slow' | 'lost'

/**
 * Room for bytes that are needed no longer than the process runs and that can be had elsewhere: a cache's. It may
 * lose what it holds, but never answers anything else than what was written.
 */
export interface Scratch {
  /** Positions go from 0 to here. */
  readonly sizeBytes: number
  checksum(bytes: Uint8Array): number
  /**
   * Writes `pieces` one behind the other. One call at a time; nothing is read meanwhile from where it writes.
   * Rejects when there is no room, or no more use in writing.
   */
  write(position: number, pieces: readonly Buffer[]): Promise<void>
  /** Fills `target`, in this turn. */
  read(position: number, target: Buffer, checksum: number): ScratchRead
  /** Gives the room back; nothing can be written any more. */
  abandon(): void
  /** Idempotent. */
  close(): Promise<void>
}
