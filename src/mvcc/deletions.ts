import type { ByteString } from '../base/bytes.js'
import type { KeyValue } from '../wire/index.js'
import { deletedMark } from './reading.js'
import { encodeTombstone, keyValueOf, subOf } from './record.js'
import { AttachmentRows, currentRow, RevisionRows } from './rows.js'
import type { Stage } from './stage.js'

/** Keys that are there, in order, and their records. */
export interface PresentKeys {
  readonly keys: ByteString[]
  readonly records: Buffer[]
}

/**
 * Stages that keys are deleted at revision `main`, by changes whose sub-revisions begin with `sub`,
 * and answers what they held. Rows of one kind are staged one after the other: they are neighbours,
 * and enter ordered maps faster that way.
 */
export function stageDeletions(
  stage: Stage,
  { keys, records }: PresentKeys,
  main: number,
  sub: number,
): KeyValue[] {
  const before = records.map(keyValueOf)
  const rows = new RevisionRows(main)
  for (const [at, keyValue] of before.entries()) {
    const previous = { main: keyValue.modRevision, sub: subOf(records[at] as Buffer) }
    const tombstone = encodeTombstone(keys[at] as ByteString, previous, sub + at)
    stage.set(rows.history(sub + at), tombstone)
  }
  for (const [at, key] of keys.entries()) stage.set(rows.index(key, sub + at), deletedMark)
  for (const key of keys) stage.delete(currentRow(key))
  stageDetachments(stage, keys, before)
  stage.keyCounts.removeAll(keys)
  return before
}

function stageDetachments(
  stage: Stage,
  keys: readonly ByteString[],
  before: readonly KeyValue[],
): void {
  let rows: AttachmentRows | undefined
  for (const [at, { lease }] of before.entries()) {
    if (lease === 0n) continue
    if (rows?.lease !== lease) rows = new AttachmentRows(lease)
    stage.delete(rows.of(keys[at] as ByteString))
  }
}
