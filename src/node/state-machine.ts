/** One committed place of the log, as the state machine sees it. */
export interface AppliedEntry {
  readonly index: number
  readonly term: number
  /** The bytes that were proposed; empty for a leader's first entry and for membership changes. */
  readonly payload: Buffer
  /** What the proposer handed over, when it was this process; undefined for all others. */
  readonly attachment: unknown
  /** Gives the proposer, if it waits here, its result. Does nothing when nobody waits. */
  respond(result: unknown): void
  /** Rejects the proposer's promise instead. The entry counts as applied all the same. */
  refuse(error: Error): void
}

/**
 * What the log drives. The node calls `apply` with every committed entry exactly once, in order
 * without gaps, and never while an earlier `apply` or an installation is under way; nor `capture`.
 */
export interface StateMachine {
  /**
   * `own`: the state survives a crash by itself, as far as {@link durableIndex} says.
   * `snapshots`: it lives in memory; with a data directory the node writes snapshots of it.
   */
  readonly durability: 'own' | 'snapshots'
  /** The last index whose effect the state holds; 0: none. At start: what survived. */
  readonly appliedIndex: number
  /** The last index whose effect survives a crash; the log is kept from there on. */
  readonly durableIndex: number
  /** Called whenever {@link durableIndex} has moved. One listener. */
  onDurable(listener: (index: number) => void): void
  /**
   * Takes entries with ascending index. Afterwards `appliedIndex` is the last one's index, also when
   * its payload is empty. Calls `respond` or `refuse` once for every entry with a payload. Throwing
   * stops the node: nothing is applied after it.
   */
  apply(entries: readonly AppliedEntry[]): void | Promise<void>
  /**
   * Why a payload that another member wants proposed cannot be applied by anyone; undefined: it can. Once in the log
   * it would stop every member. Absent: all can.
   */
  problemOf?(payload: Buffer): string | undefined
  /** The state as it is now, made without waiting; later `apply` calls do not change it. */
  capture(): SnapshotCapture
  /**
   * Reads a whole state in beside the present one, which goes on as before, to be installed later. Its bytes
   * may come from anywhere: what cannot be a state is refused. After a rejection nothing is left of it.
   * @throws MetastoreError `data-corrupt`, `no-space`, `disk-failed`, and what reading `source` throws
   */
  receive(source: SnapshotSource): Promise<ReceivedState>
  /**
   * {@link SnapshotSource.origin} of the state that was installed last; it survives a crash with that
   * state, when `durability` is `own`. Absent: none was installed, or it came without.
   */
  readonly origin?: Buffer | undefined
}

/** A state beside the present one. Its owner discards it on every path. */
export interface ReceivedState {
  /**
   * Takes the place of the present state as a whole, and with `durability` `own` durably, when this resolves:
   * after a crash at any moment there is the one or the other. `appliedIndex` is then `source.index`.
   * @throws MetastoreError `disk-failed`: it is not known which
   */
  install(): Promise<void>
  /** Does nothing once it is installed. Idempotent. */
  discard(): Promise<void>
}

/** A frozen state to be written out. Its owner closes it on every path. */
export interface SnapshotCapture {
  /** The applied index the state belongs to. */
  readonly index: number
  /** The state in pieces of 1 byte to 16 MiB; read once. */
  readonly chunks: AsyncIterable<Buffer>
  /** Idempotent. */
  close(): void
}

/** A stored state to be read in; the pieces are those that {@link SnapshotCapture} gave. */
export interface SnapshotSource {
  readonly index: number
  readonly term: number
  readonly chunks: AsyncIterable<Buffer>
  /** Where the state comes from, in the node's own words; kept beside it. */
  readonly origin?: Buffer | undefined
}
