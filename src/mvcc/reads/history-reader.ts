import { MetastoreError } from '../../base/errors.js'
import type { Engine, Row } from '../../engine/engine.js'
import { Event, EventType, type KeyValue } from '../../wire/index.js'
import { type ChangeRecord, decodeRecord, keyValueOf } from '../rows/record.js'
import { eachRow, type RowReader } from '../rows/row-reader.js'
import { historyRow, type Revision, readHistoryRow } from '../rows/rows.js'
import { runSteps } from '../steps.js'
import type { HistoryChunk, HistoryReadOptions, RevisionEvents } from './history.js'
import type { Readable } from './range.js'

/** Reads past events from the history rows; see {@link History.read}. */
export async function readHistory(
  engine: Engine,
  readable: Readable,
  fromRevision: number,
  toRevision: number,
  options: HistoryReadOptions,
): Promise<HistoryChunk> {
  const { compactedRevision } = readable
  if (fromRevision < compactedRevision) throw new MetastoreError('compacted')
  const view = engine.view()
  try {
    const collector = new Collector(options)
    const range = { gte: historyRow(fromRevision, 0), lt: historyRow(toRevision + 1, 0) }
    await runSteps(eachRow(view, range, (row) => collector.add(row)))
    const batches = collector.revisions.map(({ revision, rows }) => ({
      revision,
      events: rows.map((row) => eventOf(view, row, options.withPrevious, compactedRevision)),
    }))
    return { batches, nextRevision: collector.stoppedAt ?? toRevision + 1 }
  } finally {
    view.close()
  }
}

/** Gathers whole revisions until there are enough rows. */
class Collector {
  readonly revisions: { readonly revision: number; readonly rows: Row[] }[] = []
  stoppedAt: number | undefined
  readonly #options: HistoryReadOptions
  #rows = 0
  #bytes = 0

  constructor(options: HistoryReadOptions) {
    this.#options = options
  }

  add(row: Row): boolean {
    const revision = readHistoryRow(row.key).main
    const last = this.revisions.at(-1)
    if (last?.revision === revision) last.rows.push(row)
    else if (this.#isFull) this.stoppedAt = revision
    else this.revisions.push({ revision, rows: [row] })
    this.#rows++
    this.#bytes += row.value.length
    return this.stoppedAt === undefined
  }

  get #isFull(): boolean {
    return this.#rows >= this.#options.maxRows || this.#bytes >= this.#options.maxBytes
  }
}

function eventOf(
  reader: RowReader,
  row: Row,
  withPrevious: boolean,
  compactedRevision: number,
): RevisionEvents['events'][number] {
  const record = decodeRecord(row.value)
  const { main } = readHistoryRow(row.key)
  const isCreate = !record.tombstone && record.keyValue.createRevision === main
  const readable = withPrevious && !isCreate && main - 1 >= compactedRevision
  const previous = readable ? beforeRevision(reader, record, main) : undefined
  return record.tombstone
    ? Event.deletion(record.keyValue, main, previous)
    : new Event(EventType.PUT, record.keyValue, previous)
}

/** The key's value before revision `main`; changes within the same request are passed over. */
function beforeRevision(
  reader: RowReader,
  record: ChangeRecord,
  main: number,
): KeyValue | undefined {
  let previous: Revision = record.previous
  while (previous.main === main) {
    const bytes = reader.get(historyRow(previous.main, previous.sub))
    if (bytes === undefined) return undefined
    previous = decodeRecord(bytes).previous
  }
  if (previous.main === 0) return undefined
  const bytes = reader.get(historyRow(previous.main, previous.sub))
  return bytes === undefined ? undefined : keyValueOf(bytes)
}
