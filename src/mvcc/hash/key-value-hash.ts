import { crc32c } from '../../base/crc32c.js'
import type { EngineView, Row } from '../../engine/engine.js'
import { readAhead } from '../rows/read-ahead.js'
import { decodeRecord, keyValueOf } from '../rows/record.js'
import { historyRow, readHistoryRow } from '../rows/rows.js'
import { ReplacedRows } from './replaced-rows.js'

/** What of the history a hash is of. */
export interface HashScope {
  /** Changes up to here. */
  readonly revision: number
  readonly compactedRevision: number
  /** Up to here the rows that compaction made unreadable are removed. */
  readonly sweptRevision: number
}

/** Lets other work go on; rejects when the hash is no longer wanted. */
export type Pause = () => Promise<void>

const rowsPerTurn = 256
const bytesPerTurn = 256 * 1024
/** Replaced rows remembered at once: some 16 MiB. */
const maxRemembered = 262_144
const startOfHash = crc32c(Buffer.from('key'))

/**
 * etcd's hash of the key-value pairs: CRC-32C over `key` and, in revision order, each row's name and
 * pair as etcd stores them. Above the compacted revision every change counts; at or below it those
 * that still live at the hash's revision, whatever has been swept by now. Where nothing lives at that
 * revision, etcd counts what compaction left instead.
 */
export async function hashKeyValues(
  view: EngineView,
  scope: HashScope,
  pause: Pause,
  remembered = maxRemembered,
): Promise<number> {
  if (scope.revision < 0) return startOfHash
  const hash = new RowHash()
  const live = await hashCompacted(view, scope, scope.revision, hash, pause, remembered)
  const left = live + (await hashUncompacted(view, scope, hash, pause))
  if (left > 0 || scope.compactedRevision <= 0) return hash.value
  const other = new RowHash()
  await hashCompacted(view, scope, scope.compactedRevision, other, pause, remembered)
  await hashUncompacted(view, scope, other, pause)
  return other.value
}

/**
 * Takes in the rows at or below the compacted revision that live at revision `livingAt`, and answers
 * how many. Which of them a later row replaced is found out window by window, so that memory is
 * bounded however many there are.
 */
async function hashCompacted(
  view: EngineView,
  scope: HashScope,
  livingAt: number,
  hash: RowHash,
  pause: Pause,
  remembered: number,
): Promise<number> {
  let live = 0
  const end = scope.compactedRevision + 1
  for (let from = 0; from < end; ) {
    const replaced = new ReplacedRows(from, end, remembered)
    const later = revisions(scope.sweptRevision + 1, livingAt + 1)
    await eachRow(view, later, pause, (row) => replaced.add(decodeRecord(row.value).previous))
    await eachRow(view, revisions(from, replaced.end), pause, (row) => {
      if (decodeRecord(row.value).tombstone || replaced.has(row.key)) return
      live++
      hash.add(row, false)
    })
    from = replaced.end
  }
  return live
}

/** Takes in all rows above the compacted revision; answers by how many more keys live after them. */
async function hashUncompacted(
  view: EngineView,
  { revision, compactedRevision }: HashScope,
  hash: RowHash,
  pause: Pause,
): Promise<number> {
  let more = 0
  await eachRow(view, revisions(compactedRevision + 1, revision + 1), pause, (row) => {
    const { tombstone, previous, keyValue } = decodeRecord(row.value)
    // One that lived at the compacted revision, and no longer counts among those that still do.
    if (previous.main > 0 && previous.main <= compactedRevision) more++
    if (tombstone) more--
    else if (previous.main === 0 || isMadeAgain(previous.main, row, keyValue.version)) more++
    hash.add(row, tombstone)
  })
  return more
}

/** A key that its own request deleted before names that deletion as the change before. */
function isMadeAgain(previousMain: number, row: Row, version: number): boolean {
  return previousMain === readHistoryRow(row.key).main && version === 1
}

function revisions(from: number, end: number): { gte: string; lt: string } {
  return { gte: historyRow(Math.max(from, 0), 0), lt: historyRow(Math.max(end, 0), 0) }
}

/** Calls `visit` with each row in order, leaving the turn after every few rows. */
async function eachRow(
  view: EngineView,
  range: { gte: string; lt: string },
  pause: Pause,
  visit: (row: Row) => void,
): Promise<void> {
  if (range.gte >= range.lt) return
  const scan = view.scan({ ...range, priority: 'background' })
  try {
    let ahead = readAhead(scan, rowsPerTurn)
    for (;;) {
      const rows = await ahead
      if (rows.length === 0) return
      ahead = readAhead(scan, rowsPerTurn)
      let bytes = 0
      for (const row of rows) {
        visit(row)
        bytes += row.value.length
        if (bytes < bytesPerTurn) continue
        bytes = 0
        await pause()
      }
      await pause()
    }
  } finally {
    scan.close()
  }
}

/** A running checksum over rows as etcd writes them: revision as name, then the pair. */
class RowHash {
  value = startOfHash
  readonly #name = Buffer.from('........_........t', 'latin1')

  add(row: Row, tombstone: boolean): void {
    this.#name.write(row.key.slice(1, 9), 0, 'latin1')
    this.#name.write(row.key.slice(9, 17), 9, 'latin1')
    this.value = crc32c(this.#name, this.value, 0, tombstone ? 18 : 17)
    this.value = crc32c(keyValueOf(row.value).encoded, this.value)
  }
}
