import { type BenchRow, type Measurement, median, type Outcome } from './measurement.js'
import { muchStolenPart } from './stolen-time.js'

/** All outcomes of one server: one a round for each row. */
export interface Column {
  readonly name: string
  readonly outcomes: ReadonlyMap<string, readonly Outcome[]>
}

interface Cell {
  readonly figures: readonly number[]
  readonly p50Ms: number
  readonly p99Ms: number
  readonly stolenPart: number
}

/**
 * A Markdown table. A cell has the median of a figure and, of several, its spread, then the medians of the 50th
 * and the 99th percentile of the latencies in milliseconds, and of the processor time that was stolen, if it was much. Each column but the last is compared with
 * the last: figure by figure, then 99th percentile by 99th percentile. Below the table stands why
 * figures are missing.
 */
export function renderTable(rows: readonly BenchRow[], columns: readonly Column[]): string {
  const last = columns.at(-1)
  if (last === undefined) return ''
  const compared = columns.slice(0, -1)
  const lines = [
    [
      'row',
      ...columns.map(({ name }) => name),
      ...compared.map(({ name }) => `${name} / ${last.name}`),
    ],
    ['---', ...columns.map(() => '---:'), ...compared.map(() => '---:')],
  ]
  for (const row of rows) {
    const cells = columns.map((column) => cellOf(column, row))
    const rival = cells.at(-1)
    const ratios = compared.map((_column, index) => ratioText(cells[index], rival))
    lines.push([`${row.name} (${row.unit})`, ...cells.map(cellText), ...ratios])
  }
  const table = lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
  return [table, '', ...omissions(rows, columns), ''].join('\n')
}

/** One outcome on one line, for those who watch. */
export function outcomeText(outcome: Outcome, unit: string): string {
  if ('omitted' in outcome) return outcome.omitted
  const { figure, latency } = outcome
  const percentiles =
    latency === undefined ? '' : `; ${format(latency.p50Ms)} / ${format(latency.p99Ms)} ms`
  return `${format(figure)} ${unit}${percentiles}${stolenText(outcome.stolenPart ?? Number.NaN)}`
}

function cellOf(column: Column, row: BenchRow): Cell {
  const measured = (column.outcomes.get(row.name) ?? []).filter(
    (outcome): outcome is Measurement => 'figure' in outcome,
  )
  const latencies = measured.flatMap(({ latency }) => latency ?? [])
  return {
    figures: measured.map(({ figure }) => figure),
    p50Ms: median(latencies.map(({ p50Ms }) => p50Ms)),
    p99Ms: median(latencies.map(({ p99Ms }) => p99Ms)),
    stolenPart: median(measured.map(({ stolenPart = Number.NaN }) => stolenPart)),
  }
}

function cellText({ figures, p50Ms, p99Ms, stolenPart }: Cell): string {
  if (figures.length === 0) return '-'
  const ends = [Math.min(...figures), Math.max(...figures)].map(format)
  const spread = figures.length === 1 ? '' : ` (${ends.join(' to ')})`
  const latency = Number.isNaN(p50Ms) ? '' : `; ${format(p50Ms)} / ${format(p99Ms)} ms`
  return `${format(median(figures))}${spread}${latency}${stolenText(stolenPart)}`
}

function stolenText(part: number): string {
  return part >= muchStolenPart ? `; ${Math.round(part * 100)} % stolen` : ''
}

function ratioText(ours: Cell | undefined, rival: Cell | undefined): string {
  if (ours === undefined || rival === undefined) return '-'
  const figure = median(ours.figures) / median(rival.figures)
  const p99 = ours.p99Ms / rival.p99Ms
  if (Number.isNaN(figure)) return '-'
  return Number.isNaN(p99) ? figure.toFixed(2) : `${figure.toFixed(2)}; ${p99.toFixed(2)}`
}

function omissions(rows: readonly BenchRow[], columns: readonly Column[]): string[] {
  return columns.flatMap(({ name, outcomes }) =>
    rows.flatMap((row) => {
      const reasons = (outcomes.get(row.name) ?? []).flatMap((outcome) =>
        'omitted' in outcome ? outcome.omitted : [],
      )
      return [...new Set(reasons)].map((reason) => `- ${name}, ${row.name}: ${reason}`)
    }),
  )
}

/** Three digits or more. */
function format(figure: number): string {
  const digits = figure >= 100 ? 0 : figure >= 10 ? 1 : 2
  return figure.toLocaleString('en-US', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
}
