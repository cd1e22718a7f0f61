import { asBuffer, type ByteString, emptyBuffer } from '../base/bytes.js'
import { Reader } from './reader.js'
import { rowWriter, type Writer } from './writer.js'

/** What a {@link KeyValue} is made of. */
export interface KeyValueFields {
  readonly key: Buffer
  readonly value: Buffer
  /** The revision of the put that made the key. */
  readonly createRevision: number
  /** The revision of the last put. */
  readonly modRevision: number
  /** Puts since the key was made, that one included. */
  readonly version: number
  /** 0n: none. */
  readonly lease: bigint
}

/**
 * mvccpb.KeyValue as a view over its canonical encoding: what is stored is what goes out. The fields
 * are parsed when first asked for; a getter throws `malformed-message` when the bytes are damaged.
 */
export class KeyValue {
  readonly encoded: Buffer
  private parsed: Layout | undefined = undefined
  private keyText: ByteString | undefined = undefined

  private constructor(encoded: Buffer) {
    this.encoded = encoded
  }

  /** Copies key and value; keeps no reference to them. */
  static of(fields: KeyValueFields): KeyValue {
    return new KeyValue(beginKeyValue(fields).finish())
  }

  /** `bytes`: the `encoded` of an earlier one. Not looked at until a field is asked for. */
  static fromEncoded(bytes: Buffer): KeyValue {
    return new KeyValue(bytes)
  }

  /**
   * Reads bytes of anybody's making.
   * @throws MetastoreError `malformed-message`
   */
  static decode(bytes: Uint8Array): KeyValue {
    return KeyValue.of(new KeyValue(asBuffer(bytes)))
  }

  get key(): Buffer {
    const { keyStart, keyEnd } = this.layout
    return this.encoded.subarray(keyStart, keyEnd)
  }

  get value(): Buffer {
    const { valueStart, valueEnd } = this.layout
    return this.encoded.subarray(valueStart, valueEnd)
  }

  get createRevision(): number {
    return this.layout.createRevision
  }

  get modRevision(): number {
    return this.layout.modRevision
  }

  get version(): number {
    return this.layout.version
  }

  get lease(): bigint {
    return this.layout.lease
  }

  /** The key as text that compares in byte order; made once. */
  get byteKey(): ByteString {
    if (this.keyText === undefined) {
      const { keyStart, keyEnd } = this.layout
      this.keyText = this.encoded.toString('latin1', keyStart, keyEnd)
    }
    return this.keyText
  }

  /** The same with an empty value. */
  withoutValue(): KeyValue {
    if (this.layout.valueEnd === this.layout.valueStart) return this
    const { key, createRevision, modRevision, version, lease } = this
    return KeyValue.of({ key, value: emptyBuffer, createRevision, modRevision, version, lease })
  }

  private get layout(): Layout {
    if (this.parsed === undefined) this.parsed = parse(this.encoded)
    return this.parsed
  }
}

/** Writes the canonical encoding, copying key and value; before it, the caller may write more. */
export function beginKeyValue(fields: KeyValueFields): Writer {
  const writer = rowWriter.begin()
  if (fields.lease !== 0n) writer.id(48, fields.lease)
  if (fields.value.length > 0) writer.bytes(42, fields.value)
  if (fields.version !== 0) writer.int64(32, fields.version)
  if (fields.modRevision !== 0) writer.int64(24, fields.modRevision)
  if (fields.createRevision !== 0) writer.int64(16, fields.createRevision)
  if (fields.key.length > 0) writer.bytes(10, fields.key)
  return writer
}

/** The numbers, and where in the encoding key and value are. */
interface Layout {
  readonly keyStart: number
  readonly keyEnd: number
  readonly valueStart: number
  readonly valueEnd: number
  readonly createRevision: number
  readonly modRevision: number
  readonly version: number
  readonly lease: bigint
}

function parse(encoded: Buffer): Layout {
  const reader = new Reader(encoded)
  let keyStart = 0
  let keyEnd = 0
  let valueStart = 0
  let valueEnd = 0
  let createRevision = 0
  let modRevision = 0
  let version = 0
  let lease = 0n
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10:
        keyStart = reader.bytesStart()
        keyEnd = reader.offset
        break
      case 16:
        createRevision = reader.int64()
        break
      case 24:
        modRevision = reader.int64()
        break
      case 32:
        version = reader.int64()
        break
      case 42:
        valueStart = reader.bytesStart()
        valueEnd = reader.offset
        break
      case 48:
        lease = reader.signedId()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    keyStart,
    keyEnd,
    valueStart,
    valueEnd,
    createRevision,
    modRevision,
    version,
    lease,
  }
}
