import { invariant, MetastoreError } from '../../base/errors.js'

/** The layout of rows and records this code writes; it reads all that came before. */
const rowsFormatVersion = 2
/** The first one with rows that count keys. */
const countsFormatVersion = 2

/** What the state is at: written in the same commit as the rows it speaks of. */
export interface Meta {
  /** The last log entry whose effect is in the rows. */
  readonly appliedIndex: number
  readonly appliedTerm: number
  /** The current revision; a fresh store is at 1. */
  readonly revision: number
  /** Revisions below are gone; -1: nothing was ever compacted. */
  readonly compactedRevision: number
  /** Up to where compaction has removed rows; behind `compactedRevision` while it is at work. */
  readonly sweptRevision: number
}

const freshMeta: Meta = {
  appliedIndex: 0,
  appliedTerm: 0,
  revision: 1,
  compactedRevision: -1,
  sweptRevision: -1,
}

const encodedLength = 1 + 5 * 8

export function encodeMeta(meta: Meta): Buffer {
  const bytes = Buffer.allocUnsafe(encodedLength)
  bytes[0] = rowsFormatVersion
  bytes.writeDoubleLE(meta.appliedIndex, 1)
  bytes.writeDoubleLE(meta.appliedTerm, 9)
  bytes.writeDoubleLE(meta.revision, 17)
  bytes.writeDoubleLE(meta.compactedRevision, 25)
  bytes.writeDoubleLE(meta.sweptRevision, 33)
  return bytes
}

export function decodeMeta(bytes: Buffer | undefined): Meta {
  if (bytes === undefined) return freshMeta
  const version = bytes[0]
  if (version === undefined || version < 1 || version > rowsFormatVersion) {
    throw new MetastoreError(
      'data-directory-unusable',
      `stored rows have format version ${version}, this program reads ${rowsFormatVersion}: use a newer program`,
    )
  }
  invariant(bytes.length === encodedLength, `the meta row is ${bytes.length} bytes long`)
  return {
    appliedIndex: bytes.readDoubleLE(1),
    appliedTerm: bytes.readDoubleLE(9),
    revision: bytes.readDoubleLE(17),
    compactedRevision: bytes.readDoubleLE(25),
    sweptRevision: bytes.readDoubleLE(33),
  }
}

/** False: the rows were written by a program that did not count keys. */
export function hasCounts(bytes: Buffer | undefined): boolean {
  return bytes?.[0] !== undefined && bytes[0] >= countsFormatVersion
}
