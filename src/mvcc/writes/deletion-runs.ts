import type { ByteString } from '../../base/bytes.js'
import type { RowRun } from '../../engine/engine.js'
import { deletedMark } from '../reads/reading.js'
import { encodeTombstone } from '../rows/record.js'
import { currentKey, RevisionRows } from '../rows/rows.js'

/** Bytes of a row beside its key: prefixes, ends, numbers, and of a history row the record's header. */
const historyOverheadBytes = 36
const indexOverheadBytes = 20

/** Keys that were there, in order, side by side with the places of their last puts. They do not change any more. */
export interface DeletedPlaces {
  /** Names of their current rows. */
  readonly rows: readonly ByteString[]
  readonly modRevisions: readonly number[]
  readonly subs: readonly number[]
  /** Of `rows`, all together. */
  readonly rowBytes: number
}

/**
 * The rows of a deletion at revision `main`, by changes that begin with `sub`. A row is made when it goes to the
 * disk, or is read before that; the answer waits for none of them.
 */
export function deletionRuns(places: DeletedPlaces, main: number, sub: number): RowRun[] {
  const { rows, modRevisions, subs, rowBytes } = places
  const size = rows.length
  const names = new RevisionRows(main)
  const keyAt = (index: number) => currentKey(rows[index] as ByteString)
  const history = {
    size,
    byteCount: rowBytes + size * historyOverheadBytes,
    keyAt: (index: number) => names.history(sub + index),
    valueAt: (index: number) => {
      const previous = { main: modRevisions[index] as number, sub: subs[index] as number }
      return encodeTombstone(keyAt(index), previous, sub + index)
    },
  }
  const marks = {
    size,
    byteCount: rowBytes + size * indexOverheadBytes,
    keyAt: (index: number) => names.index(keyAt(index), sub + index),
    valueAt: () => deletedMark,
  }
  const current = {
    size,
    byteCount: rowBytes,
    keyAt: (index: number) => rows[index] as ByteString,
    valueAt: () => undefined,
  }
  return [history, marks, current]
}
