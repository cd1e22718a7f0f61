import type { ByteString } from '../base/bytes.js'
import type { CancelSignal } from '../base/cancel-signal.js'
import type { MetastoreError } from '../base/errors.js'

/** One row. Rows order by key, as bytes. */
export interface Row {
  readonly key: ByteString
  readonly value: Buffer
}

/**
 * Who reads. `apply` goes first and is never made to wait for anything but the disk; `background` is
 * for work that nobody waits for.
 */
export type ScanPriority = 'apply' | 'read' | 'background'

/** Bounds of a scan: `gte` included, `lt` excluded; `lt` undefined is "to the end". */
export interface RowRange {
  readonly gte: ByteString
  readonly lt: ByteString | undefined
  readonly reverse?: boolean
  /** Default: `read`. */
  readonly priority?: ScanPriority
  /** The caller looks at no value; rows from the disk then have an empty one, unchecked. */
  readonly keysOnly?: boolean
}

/** A running scan over one consistent view. Its owner closes it on every path. */
export interface RowScan {
  /**
   * The next rows in order, at most `limit`; an empty array is the end. A plain value when the rows
   * are at hand, a promise when the disk has to be asked, or when so many rows have been read that
   * other work should go on first. One call at a time.
   */
  next(limit: number): Row[] | Promise<Row[]>
  /** Idempotent. */
  close(): void
}

/** The state as it was when the view was made, whatever is committed later. Its owner closes it. */
export interface EngineView {
  get(key: ByteString): Buffer | undefined
  scan(range: RowRange): RowScan
  /** Idempotent. Scans of a closed view are closed with it. */
  close(): void
}

/** Changes to commit as one. The last change of a key wins. */
export type RowChanges = ReadonlyMap<ByteString, Buffer | undefined>

/**
 * Many changes with keys in order, none twice, whose rows are made when they are asked for. They do not change
 * any more, and each row asked for again is the same.
 */
export interface RowRun {
  /** At least 1. */
  readonly size: number
  /** Bytes of all keys and values; an estimate. */
  readonly byteCount: number
  /** `index`: 0 to `size` - 1, as in {@link valueAt}. */
  keyAt(index: number): ByteString
  /** Undefined: the row is deleted. */
  valueAt(index: number): Buffer | undefined
}

export interface EngineSizes {
  /** Bytes on the disk, or held in memory by a volatile engine; an estimate. */
  readonly totalBytes: number
  /** Bytes of live rows; an estimate. */
  readonly inUseBytes: number
}

/**
 * A small ordered key-value engine. One caller commits; a commit is visible to every later read in
 * this process at once, and becomes durable later, whole and in order.
 *
 * Buffers handed in are not changed afterwards by either side; buffers handed out are read-only.
 */
export interface Engine {
  readonly kind: 'memory' | 'level'
  /** The newest committed value. */
  get(key: ByteString): Buffer | undefined
  /** A consistent view as of this call, made without waiting. */
  view(): EngineView
  /**
   * Applies all changes (undefined deletes) at once: `runs` one after the other, and over them `changes`.
   * `position` is the log index the changes bring the state to; it never goes back.
   * On a full disk the rows are still taken and readable, but stay in memory: the caller has them in
   * its log, and asks {@link failure} before it accepts more.
   * @throws MetastoreError `disk-failed` once a write has failed for another reason, `data-corrupt`
   *   once stored rows are known to be damaged: nothing more is taken
   */
  commit(changes: RowChanges, position: number, runs?: readonly RowRun[]): void
  /**
   * The highest position that survives a crash by the engine's own means. A memory engine answers 0:
   * what it holds survives only by log and snapshot.
   */
  readonly durablePosition: number
  /** Called whenever {@link durablePosition} has moved. One listener. */
  onDurable(listener: (position: number) => void): void
  /** Why nothing more becomes durable: `no-space`, `disk-failed`, `data-corrupt`; undefined: all is well. */
  readonly failure: MetastoreError | undefined
  /** Called once when {@link failure} comes about. One listener. */
  onFailure(listener: (error: MetastoreError) => void): void
  /** True while so much is committed and not yet durable that callers should refuse new writes. */
  readonly congested: boolean
  sizes(): EngineSizes
  /** Resolves when all that is committed so far is as durable as the engine can make it. */
  flush(): Promise<void>
  /**
   * Gives what deleted and replaced rows of the range take up back to the disk, in steps, behind
   * other work. Rows that an open view still shows are kept. `signal` is heard between steps.
   * @throws MetastoreError `request-canceled`, {@link failure}, `server-stopped` when closed before
   */
  reclaim(range: RowRange, signal?: CancelSignal): Promise<void>
  /** Flushes and releases everything. Idempotent. */
  close(): Promise<void>
}

/** A whole state that is made beside the one an engine holds, to take its place. Its owner discards it on every path. */
export interface EngineReplacement extends Pick<Engine, 'get' | 'view'> {
  /**
   * Adds rows; of rows with the same key the last one counts. Resolves when it can take more. One call
   * at a time.
   * @throws MetastoreError `no-space`, `disk-failed`
   */
  add(rows: RowChanges): Promise<void>
  /**
   * All rows have been added, and bring the state to `position`. Resolves when they are as durable as the
   * engine can make them; from then on they can be read.
   * @throws MetastoreError `no-space`, `disk-failed`
   */
  finish(position: number): Promise<void>
  /** Gives it up and removes what it left. Does nothing once it has taken the engine's state. Idempotent. */
  discard(): Promise<void>
}

/** An engine whose whole state can be exchanged for another one. */
export interface ReplaceableEngine extends Engine {
  /** Begins another state beside the present one, which goes on as before. */
  replacement(): Promise<EngineReplacement>
  /**
   * A finished replacement takes the place of all rows, at once and durably: after a crash at any moment there
   * is the one state or the other. `adopt` is called in the turn in which the new rows become visible. What is
   * committed to the old state meanwhile is lost with it. Views made before show the old rows until they are closed.
   * @throws MetastoreError `disk-failed`: which of the two states is stored is not known
   */
  replaceBy(replacement: EngineReplacement, adopt?: () => void): Promise<void>
}
