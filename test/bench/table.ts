import type { BenchRow } from './rows.js'

/** All figures of one server: one a round for each row. */
export interface Column {
  readonly name: string
  readonly figures: Map<string, number[]>
}

/** A Markdown table: medians, the spread of the first column, and its ratio to the last. */
export function renderTable(rows: readonly BenchRow[], columns: readonly Column[]): string {
  const [first] = columns
  const last = columns.at(-1)
  if (first === undefined || last === undefined) return ''
  const compared = last !== first
  const lines = [
    ['row', ...columns.map(({ name }) => name), ...(compared ? [`${first.name} / etcd`] : [])],
    ['---', ...columns.map(() => '---:'), ...(compared ? ['---:'] : [])],
  ]
  for (const row of rows) {
    const figures = columns.map(({ figures: all }) => all.get(row.name) ?? [])
    const cells = figures.map((each) => `${format(median(each))} (${spread(each)})`)
    const ratio = median(figures[0] ?? []) / median(figures.at(-1) ?? [])
    lines.push([`${row.name} (${row.unit})`, ...cells, ...(compared ? [ratio.toFixed(2)] : [])])
  }
  return `${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`
}

function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((left, right) => left - right)
  const middle = sorted.length / 2
  return Number.isInteger(middle)
    ? ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2
    : (sorted[Math.floor(middle)] ?? Number.NaN)
}

function spread(figures: readonly number[]): string {
  return `${format(Math.min(...figures))} to ${format(Math.max(...figures))}`
}

function format(figure: number): string {
  return Math.round(figure).toLocaleString('en-US')
}
