import type { LatencySummary } from './load/latencies.js'

export interface Measurement {
  /** In the unit of its row. */
  readonly figure: number
  readonly latency?: LatencySummary
  /** Of the processor time meanwhile, what the machine's host gave to others: 0 to 1; NaN: nobody knows. */
  readonly stolenPart?: number
}

/** Why a row has no figure. */
export interface Omission {
  readonly omitted: string
}

export type Outcome = Measurement | Omission

/** One line of the table. */
export interface BenchRow {
  readonly name: string
  readonly unit: string
}

export interface RunTime {
  readonly warmUpSeconds: number
  readonly measureSeconds: number
}

/** What is done against one server to fill some rows. */
export interface Step<Subject> {
  readonly rows: readonly BenchRow[]
  /** One outcome for each row, in the same order. */
  measure(subject: Subject, time: RunTime): Promise<readonly Outcome[]>
}

/** NaN: of none. */
export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((left, right) => left - right)
  const middle = sorted.length / 2
  return Number.isInteger(middle)
    ? ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2
    : (sorted[Math.floor(middle)] ?? Number.NaN)
}
