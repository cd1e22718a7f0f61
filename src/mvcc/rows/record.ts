import type { ByteString } from '../../base/bytes.js'
import { invariant } from '../../base/errors.js'
import { KeyValue, type KeyValueFields } from '../../wire/index.js'
import { beginKeyValue } from '../../wire/key-value.js'
import type { Revision } from './rows.js'

export const headerLength = 17
const tombstoneFlag = 1
const valueElsewhereFlag = 2
/** Of the first field, `key`, in protobuf. */
const keyFieldTag = 10
const twoPow32 = 0x1_0000_0000

/** From this size on, the current row leaves the value to the history row (bytes). */
export const largeValueBytes = 4096

/**
 * What stands in a current row and in a history row: where the key's previous change is (main 0:
 * the key did not exist), the change's own sub-revision, and the canonical KeyValue, whose bytes go
 * out to clients as they are. A tombstone's KeyValue holds the key alone.
 *
 * Layout: flags (1), previous main (8), previous sub (4), sub (4), KeyValue; little-endian.
 */
export interface ChangeRecord {
  readonly tombstone: boolean
  /** The current row left the value out because it is large. */
  readonly valueElsewhere: boolean
  readonly previous: Revision
  readonly sub: number
  readonly keyValue: KeyValue
}

/** One buffer that serves as the current row and as the history row of a put. */
export function encodeRecord(fields: KeyValueFields, previous: Revision, sub: number): Buffer {
  // Writers go from the end to the start.
  const writer = beginKeyValue(fields)
  writer.word(sub)
  writer.word(previous.sub)
  writer.word(Math.floor(previous.main / twoPow32))
  writer.word(previous.main >>> 0)
  writer.byte(0)
  return writer.finish()
}

/** The history row of a deletion: its KeyValue holds the key alone. */
export function encodeTombstone(key: ByteString, previous: Revision, sub: number): Buffer {
  const bytes = Buffer.allocUnsafe(headerLength + 1 + varintBytes(key.length) + key.length)
  writeHeader(bytes, tombstoneFlag, previous, sub)
  bytes[headerLength] = keyFieldTag
  let at = headerLength + 1
  for (let rest = key.length; rest > 0; rest >>>= 7) bytes[at++] = rest > 127 ? rest | 128 : rest
  bytes.write(key, at, 'latin1')
  return bytes
}

/** The current row of a record whose value is large: all but the value. */
export function encodeWithoutValue(record: Buffer): Buffer {
  const { encoded } = keyValueOf(record).withoutValue()
  const short = Buffer.concat([record.subarray(0, headerLength), encoded])
  short[0] = valueElsewhereFlag
  return short
}

export function decodeRecord(bytes: Buffer): ChangeRecord {
  invariant(bytes.length >= headerLength, `a record of ${bytes.length} bytes has no header`)
  const flags = bytes[0] as number
  return {
    tombstone: (flags & tombstoneFlag) !== 0,
    valueElsewhere: (flags & valueElsewhereFlag) !== 0,
    previous: {
      main: bytes.readUInt32LE(1) + bytes.readUInt32LE(5) * twoPow32,
      sub: bytes.readUInt32LE(9),
    },
    sub: bytes.readUInt32LE(13),
    keyValue: keyValueOf(bytes),
  }
}

/** The KeyValue of a record, without looking at the rest. */
export function keyValueOf(bytes: Buffer): KeyValue {
  return KeyValue.fromEncoded(bytes.subarray(headerLength))
}

export function isValueElsewhere(bytes: Buffer): boolean {
  return ((bytes[0] as number) & valueElsewhereFlag) !== 0
}

export function subOf(bytes: Buffer): number {
  return bytes.readUInt32LE(13)
}

function writeHeader(bytes: Buffer, flags: number, previous: Revision, sub: number): void {
  bytes[0] = flags
  bytes.writeUInt32LE(previous.main >>> 0, 1)
  bytes.writeUInt32LE(Math.floor(previous.main / twoPow32), 5)
  bytes.writeUInt32LE(previous.sub, 9)
  bytes.writeUInt32LE(sub, 13)
}

/** `value`: 0 to 2^31 - 1. */
function varintBytes(value: number): number {
  return value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x20_0000 ? 3 : value < 0x1000_0000 ? 4 : 5
}
