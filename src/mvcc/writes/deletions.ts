import type { ByteString } from '../../base/bytes.js'
import { eachChange } from '../../engine/index.js'
import { AttachmentRows } from '../rows/rows.js'
import type { DeletedKeys } from './deleted-keys.js'
import { deletionRuns } from './deletion-runs.js'
import type { Stage } from './stage.js'

/** From so many keys on the rows stay runs; fewer are entered one by one. */
const keysOfRuns = 128
const noChanges = new Map<ByteString, Buffer | undefined>()

/** Stages that keys are deleted at revision `main`, by changes whose sub-revisions begin with `sub`. */
export function stageDeletions(
  stage: Stage,
  deleted: DeletedKeys,
  main: number,
  sub: number,
): void {
  const runs = deletionRuns(deleted.places, main, sub)
  if (deleted.size >= keysOfRuns) stage.changeRuns(runs)
  else eachChange(noChanges, runs, (key, value) => stage.change(key, value))
  stage.keyCounts.removeAll(deleted)
}

/** Stages that those of the attached keys from number `from` on, before `to`, leave their leases. */
export function stageDetachments(
  stage: Stage,
  deleted: DeletedKeys,
  from: number,
  to: number,
): void {
  let rows: AttachmentRows | undefined
  for (const index of deleted.attached.slice(from, to)) {
    const lease = deleted.leaseAt(index)
    if (rows?.lease !== lease) rows = new AttachmentRows(lease)
    stage.delete(rows.of(deleted.keyAt(index)))
  }
}
