import { asBuffer } from '../base/bytes.js'
import { MetastoreError, messageOf } from '../base/errors.js'
import type { EngineReplacement, ReplaceableEngine } from '../engine/engine.js'
import {
  type ApplyOutcome,
  type CommandResponse,
  encodeRows,
  type History,
  type HistoryChunk,
  type HistoryReadOptions,
  KeyValueState,
  type KeyValueStateOptions,
  type LeaseListener,
  originRow,
  type RevisionEvents,
  restoreRows,
} from '../mvcc/index.js'
import type {
  AppliedEntry,
  ReceivedState,
  SnapshotCapture,
  SnapshotSource,
  StateMachine,
} from '../node/index.js'
import { Command } from '../wire/index.js'

interface Applied {
  readonly entry: AppliedEntry
  readonly outcome: ApplyOutcome | undefined
}

/**
 * What the log drives: carries committed commands to the key-value state, and tells watchers and
 * proposers once their effect is visible.
 */
export class ReplicatedState implements StateMachine, History {
  readonly durability: 'own' | 'snapshots'
  readonly #engine: ReplaceableEngine
  readonly #options: KeyValueStateOptions
  #state: KeyValueState
  #complete: (response: CommandResponse) => void = () => {}
  #publish: (batch: RevisionEvents) => void = () => {}
  #restored: () => void = () => {}
  #leaseListener: LeaseListener | undefined
  #overfullListener: () => void = () => {}
  #factsListener: () => void = () => {}
  #compacted: () => void = () => {}
  #compactedRevision: number

  private constructor(
    engine: ReplaceableEngine,
    state: KeyValueState,
    options: KeyValueStateOptions,
  ) {
    this.#engine = engine
    this.#options = options
    this.#state = state
    this.#compactedRevision = state.compactedRevision
    this.durability = engine.kind === 'level' ? 'own' : 'snapshots'
  }

  static async open(
    engine: ReplaceableEngine,
    options: KeyValueStateOptions = {},
  ): Promise<ReplicatedState> {
    return new ReplicatedState(engine, await KeyValueState.open(engine, options), options)
  }

  /** The key-value state as it is now; another object after a snapshot has been taken in. */
  get keyValues(): KeyValueState {
    return this.#state
  }

  /** `complete` is handed the answers that somebody waits for here, before they are given. One listener. */
  onResponses(complete: (response: CommandResponse) => void): void {
    this.#complete = complete
  }

  /** `publish` hears of every revision as it becomes visible. One listener. */
  onEvents(publish: (batch: RevisionEvents) => void): void {
    this.#publish = publish
  }

  /** `restored` is called when a snapshot has replaced the state, with no events of its own. */
  onRestored(restored: () => void): void {
    this.#restored = restored
  }

  /** `listener` hears of the leases there are, and of all changes. One listener. */
  onLeases(listener: LeaseListener): void {
    this.#leaseListener = listener
    this.#state.leases.listen(listener)
  }

  /** `listener` hears that counts of keys are to be split; see {@link BucketKeeper}. One listener. */
  onOverfull(listener: () => void): void {
    this.#overfullListener = listener
    this.#state.onOverfull(listener)
  }

  /** `listener` hears that facts of keys are worth loading; see {@link FactLoader}. One listener. */
  onFactsWanted(listener: () => void): void {
    this.#factsListener = listener
    this.#state.facts?.onWanted(listener)
  }

  /** `listener` hears, now and after every compaction and snapshot, that rows may be to be removed. One listener. */
  onCompacted(listener: () => void): void {
    this.#compacted = listener
    listener()
  }

  get appliedIndex(): number {
    return this.#state.appliedIndex
  }

  get durableIndex(): number {
    return this.#engine.durablePosition
  }

  get origin(): Buffer | undefined {
    return this.#engine.get(originRow)
  }

  onDurable(listener: (index: number) => void): void {
    this.#engine.onDurable(listener)
  }

  get revision(): number {
    return this.#state.revision
  }

  get compactedRevision(): number {
    return this.#state.compactedRevision
  }

  read(
    fromRevision: number,
    toRevision: number,
    options: HistoryReadOptions,
  ): Promise<HistoryChunk> {
    return this.#state.read(fromRevision, toRevision, options)
  }

  apply(entries: readonly AppliedEntry[]): void | Promise<void> {
    const applied: Applied[] = []
    for (const entry of entries) {
      const outcome = this.#state.apply(entry.index, entry.term, commandOf(entry))
      if (outcome instanceof Promise) {
        return this.#applyRest(applied, entry, outcome, entries.slice(applied.length + 1))
      }
      applied.push({ entry, outcome })
    }
    this.#finish(applied)
  }

  async #applyRest(
    applied: Applied[],
    waiting: AppliedEntry,
    pending: Promise<ApplyOutcome>,
    rest: readonly AppliedEntry[],
  ): Promise<void> {
    applied.push({ entry: waiting, outcome: await pending })
    this.#finish(applied)
    await this.apply(rest)
  }

  /** Commits what is staged; then events, then answers: a proposer finds its write visible. */
  #finish(applied: readonly Applied[]): void {
    this.#state.commit()
    for (const { outcome } of applied) {
      if (outcome !== undefined && outcome.eventCount > 0) this.#publish(outcome)
    }
    for (const { entry, outcome } of applied) {
      if (outcome === undefined) continue
      const { response } = outcome
      if (response instanceof MetastoreError) {
        entry.refuse(response)
        continue
      }
      if (entry.attachment !== undefined) this.#complete(response)
      entry.respond(response)
    }
    if (this.#state.compactedRevision === this.#compactedRevision) return
    this.#compactedRevision = this.#state.compactedRevision
    this.#compacted()
  }

  problemOf(payload: Buffer): string | undefined {
    try {
      Command.decode(payload)
      return undefined
    } catch (error) {
      return messageOf(error)
    }
  }

  capture(): SnapshotCapture {
    const view = this.#engine.view()
    return {
      index: this.#state.appliedIndex,
      chunks: encodeRows(view),
      close: () => view.close(),
    }
  }

  async receive(source: SnapshotSource): Promise<ReceivedState> {
    const replacement = await this.#engine.replacement()
    try {
      await restoreRows(replacement, source)
      const state = await KeyValueState.open(this.#engine, this.#options, replacement)
      this.#check(state, source)
      return {
        install: () => this.#install(replacement, state),
        discard: () => replacement.discard(),
      }
    } catch (error) {
      await replacement.discard()
      throw error
    }
  }

  #check({ appliedIndex, revision }: KeyValueState, source: SnapshotSource): void {
    // Whoever has come further meanwhile has no use for the snapshot; the core says so when it is handed over.
    const overtaken = this.appliedIndex > source.index
    if (appliedIndex === source.index && (overtaken || revision >= this.revision)) return
    const message = `the snapshot of index ${source.index} holds index ${appliedIndex}, revision ${revision}`
    throw new MetastoreError('data-corrupt', message)
  }

  #install(replacement: EngineReplacement, state: KeyValueState): Promise<void> {
    return this.#engine.replaceBy(replacement, () => {
      this.#state = state
      this.#compactedRevision = state.compactedRevision
      state.onOverfull(this.#overfullListener)
      state.facts?.onWanted(this.#factsListener)
      if (this.#leaseListener !== undefined) state.leases.listen(this.#leaseListener)
      this.#restored()
      this.#compacted()
    })
  }
}

function commandOf(entry: AppliedEntry): Command | undefined {
  if (entry.payload.length === 0) return undefined
  // Nothing but this store proposes here, and it attaches the command it encoded.
  if (entry.attachment !== undefined) return entry.attachment as Command
  return Command.decode(asBuffer(entry.payload))
}
