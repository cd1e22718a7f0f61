import type { ByteString } from '../../base/bytes.js'
import { MetastoreError } from '../../base/errors.js'
import type { Engine, EngineView } from '../../engine/engine.js'
import { decodeMeta, encodeMeta, hasCounts } from '../rows/meta.js'
import { eachRow } from '../rows/row-reader.js'
import {
  bucketPrefix,
  bucketRow,
  bucketStart,
  currentKey,
  currentRows,
  decodeCount,
  encodeCount,
  metaRow,
  rowsWithPrefix,
} from '../rows/rows.js'
import { runSteps } from '../steps.js'
import { type Bucket, BucketTable } from './bucket-table.js'
import { bucketKeys, KeyCounts } from './key-counts.js'

/**
 * Loads the counts of keys from `rows`; rows of a program that did not count are counted first, all of them, if they
 * are the engine's.
 * @throws MetastoreError `data-corrupt`
 */
export async function openCounts(
  engine: Engine,
  rows: Pick<Engine, 'get' | 'view'>,
): Promise<KeyCounts> {
  const meta = rows.get(metaRow)
  const view = rows.view()
  try {
    const stored = await storedBuckets(view)
    const buckets = hasCounts(meta) || meta === undefined ? stored : await countKeys(view)
    if (buckets !== stored) {
      // No member of a cluster ever left its keys uncounted.
      if (rows !== engine) throw new MetastoreError('data-corrupt', 'a snapshot lacks its counts')
      const changes = new Map<ByteString, Buffer | undefined>()
      for (const { start } of stored) changes.set(bucketRow(start), undefined)
      for (const { start, count } of buckets) changes.set(bucketRow(start), encodeCount(count))
      changes.set(metaRow, encodeMeta(decodeMeta(meta)))
      engine.commit(changes, decodeMeta(meta).appliedIndex)
    }
    return new KeyCounts(new BucketTable(buckets.length > 0 ? buckets : [{ start: '', count: 0 }]))
  } finally {
    view.close()
  }
}

async function storedBuckets(view: EngineView): Promise<Bucket[]> {
  const buckets: Bucket[] = []
  await runSteps(
    eachRow(view, rowsWithPrefix(bucketPrefix), (row) => {
      buckets.push({ start: bucketStart(row.key), count: decodeCount(row.value) })
      return true
    }),
  )
  return buckets
}

async function countKeys(view: EngineView): Promise<Bucket[]> {
  const buckets: Bucket[] = []
  let start: ByteString = ''
  let count = 0
  await runSteps(
    eachRow(view, currentRows({ start, end: undefined }), (row) => {
      if (count === bucketKeys) {
        buckets.push({ start, count })
        start = currentKey(row.key)
        count = 0
      }
      count++
      return true
    }),
  )
  return [...buckets, { start, count }]
}
