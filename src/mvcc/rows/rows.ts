import {
  type ByteString,
  fromByteString,
  orderedId,
  orderedNumber,
  prefixEnd,
  readOrderedNumber,
} from '../../base/bytes.js'
import type { KeyRange } from './key-range.js'

/**
 * Names of the rows that an engine holds for the key-value state:
 *
 *     b<key>                      how many keys there are from this one to the next such row
 *     c<key>                      the key's current record
 *     h<main8><sub8>              every change, in revision order
 *     i<escaped key><main8><sub8> the key's revisions; value: 1 for a tombstone, else 0
 *     g<lease8>                   a granted lease: its seconds, and those left at a checkpoint
 *     l<lease8><key>              a key attached to a lease
 *     n<member8>                  what a member told the cluster about itself
 *     m                           applied index, term, revisions
 *     o                           where a state that was received as a whole came from
 */
export const bucketPrefix = 'b'
const currentPrefix = 'c'
const currentPrefixUnit = currentPrefix.charCodeAt(0)
const historyPrefix = 'h'
export const revisionIndexPrefix = 'i'
export const leasePrefix = 'g'
const attachmentPrefix = 'l'
const memberPrefix = 'n'
export const metaRow = 'm'
export const originRow = 'o'

/** Ends an escaped key; sorts below every byte an escaped key can go on with. */
const keyEnd = '\x00\x01'
const revisionLength = 16

/** A place in the history: the request's revision, and the change's place within the request. */
export interface Revision {
  readonly main: number
  readonly sub: number
}

export function currentRow(key: ByteString): ByteString {
  return currentPrefix + key
}

export function currentKey(row: ByteString): ByteString {
  return row.slice(1)
}

export function isCurrentRow(row: ByteString): boolean {
  return row.charCodeAt(0) === currentPrefixUnit
}

/** The current rows of all keys in a range. */
export function currentRows({ start, end }: KeyRange): {
  gte: ByteString
  lt: ByteString | undefined
} {
  return {
    gte: currentRow(start),
    lt: end === undefined ? prefixEnd(currentPrefix) : currentRow(end),
  }
}

export function bucketRow(start: ByteString): ByteString {
  return bucketPrefix + start
}

export function bucketStart(row: ByteString): ByteString {
  return row.slice(1)
}

export function encodeCount(count: number): Buffer {
  const bytes = Buffer.allocUnsafe(4)
  bytes.writeUInt32LE(count)
  return bytes
}

export function decodeCount(bytes: Buffer): number {
  return bytes.readUInt32LE()
}

export function historyRow(main: number, sub: number): ByteString {
  return historyPrefix + orderedNumber(main) + orderedNumber(sub)
}

/** The place of most changes. */
const firstPlace = orderedNumber(0)

/** Names of the rows of changes of one revision, a part of which is made but once. */
export class RevisionRows {
  readonly #main: ByteString

  constructor(main: number) {
    this.#main = orderedNumber(main)
  }

  /** See {@link historyRow}. */
  history(sub: number): ByteString {
    return historyPrefix + this.#main + orderedPlace(sub)
  }

  /** See {@link revisionIndexRow}. */
  index(key: ByteString, sub: number): ByteString {
    return revisionIndexStart(key) + this.#main + orderedPlace(sub)
  }
}

function orderedPlace(sub: number): ByteString {
  return sub === 0 ? firstPlace : orderedNumber(sub)
}

export function readHistoryRow(row: ByteString): Revision {
  return { main: readOrderedNumber(row, 1), sub: readOrderedNumber(row, 9) }
}

/** Start of all revision rows of `key`; also the place of `key` among the revision rows of others. */
export function revisionIndexStart(key: ByteString): ByteString {
  return revisionIndexPrefix + escapeKey(key) + keyEnd
}

export function revisionIndexRow(key: ByteString, main: number, sub: number): ByteString {
  return revisionIndexStart(key) + orderedNumber(main) + orderedNumber(sub)
}

/** The row without its revision: equal for all revisions of one key. */
export function revisionIndexKeyPart(row: ByteString): ByteString {
  return row.slice(0, row.length - revisionLength)
}

export function readRevisionIndexRow(row: ByteString): Revision {
  const at = row.length - revisionLength
  return { main: readOrderedNumber(row, at), sub: readOrderedNumber(row, at + 8) }
}

export function leaseRow(lease: bigint): ByteString {
  return leasePrefix + orderedId(lease)
}

export function readLeaseRow(row: ByteString): bigint {
  return BigInt.asIntN(64, fromByteString(row.slice(1, 9)).readBigUInt64BE())
}

export function attachmentRow(lease: bigint, key: ByteString): ByteString {
  return attachmentPrefix + orderedId(lease) + key
}

/** Names of the rows of many keys of one lease. */
export class AttachmentRows {
  readonly lease: bigint
  readonly #prefix: ByteString

  constructor(lease: bigint) {
    this.lease = lease
    this.#prefix = attachmentPrefix + orderedId(lease)
  }

  /** See {@link attachmentRow}. */
  of(key: ByteString): ByteString {
    return this.#prefix + key
  }
}

export function attachmentKey(row: ByteString): ByteString {
  return row.slice(9)
}

export function memberRow(member: bigint): ByteString {
  return memberPrefix + orderedId(member)
}

/** The rows that start with `prefix`. */
export function rowsWithPrefix(prefix: ByteString): {
  gte: ByteString
  lt: ByteString | undefined
} {
  return { gte: prefix, lt: prefixEnd(prefix) }
}

export function attachmentsOf(lease: bigint): { gte: ByteString; lt: ByteString | undefined } {
  return rowsWithPrefix(attachmentPrefix + orderedId(lease))
}

/** So escaped, no key's rows lie among another's, and rows order as their keys do. */
function escapeKey(key: ByteString): ByteString {
  return key.includes('\x00') ? key.replaceAll('\x00', '\x00\xff') : key
}
