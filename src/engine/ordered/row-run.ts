import type { ByteString } from '../../base/bytes.js'
import { firstIndex } from '../../base/first-index.js'
import type { RowChanges, RowRun } from '../engine.js'
import type { RowSource } from './merged-rows.js'

/** A run and its bounds: most keys asked about lie outside of them, and no row is made to see that. */
export class RunLayer {
  readonly run: RowRun
  readonly #first: ByteString
  readonly #last: ByteString

  /** `run` is not empty. */
  constructor(run: RowRun) {
    this.run = run
    this.#first = run.keyAt(0)
    this.#last = run.keyAt(run.size - 1)
  }

  get size(): number {
    return this.run.size
  }

  get byteCount(): number {
    return this.run.byteCount
  }

  has(key: ByteString): boolean {
    return this.#indexOf(key) >= 0
  }

  /** The value; `absent` when the run says nothing about the key. */
  get<A>(key: ByteString, absent: A): Buffer | undefined | A {
    const index = this.#indexOf(key)
    return index < 0 ? absent : this.run.valueAt(index)
  }

  /** Walks the rows in `gte` <= key < `lt`. */
  cursor(gte: ByteString, lt: ByteString | undefined, reverse: boolean): RowSource {
    const isBeside = gte > this.#last || (lt !== undefined && lt <= this.#first)
    const from = isBeside ? 0 : this.#lowerBound(gte)
    const to = isBeside ? 0 : lt === undefined ? this.run.size : this.#lowerBound(lt)
    return new RunCursor(this.run, from, Math.max(from, to), reverse)
  }

  #indexOf(key: ByteString): number {
    if (key < this.#first || key > this.#last) return -1
    const index = this.#lowerBound(key)
    return this.run.keyAt(index) === key ? index : -1
  }

  /** The index of the first row not below `key`. */
  #lowerBound(key: ByteString): number {
    if (key <= this.#first) return 0
    return firstIndex(this.run.size, (at) => this.run.keyAt(at) >= key)
  }
}

/** A position among the rows of a run; moves in one direction until the range ends. */
class RunCursor implements RowSource {
  key: ByteString | undefined
  readonly #run: RowRun
  readonly #step: 1 | -1
  #left: number
  #index: number

  constructor(run: RowRun, from: number, to: number, reverse: boolean) {
    this.#run = run
    this.#step = reverse ? -1 : 1
    this.#left = to - from
    this.#index = reverse ? to - 1 : from
    this.#settle()
  }

  get value(): Buffer | undefined {
    return this.#left === 0 ? undefined : this.#run.valueAt(this.#index)
  }

  advance(): void {
    this.#index += this.#step
    this.#left--
    this.#settle()
  }

  #settle(): void {
    this.key = this.#left > 0 ? this.#run.keyAt(this.#index) : undefined
  }
}

/** The rows of a commit one by one, for who has no use for runs. */
export function eachChange(
  changes: RowChanges,
  runs: readonly RowRun[],
  visit: (key: ByteString, value: Buffer | undefined) => void,
): void {
  for (const run of runs) {
    for (let at = 0; at < run.size; at++) visit(run.keyAt(at), run.valueAt(at))
  }
  for (const [key, value] of changes) visit(key, value)
}
