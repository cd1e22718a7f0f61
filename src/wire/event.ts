import { emptyBuffer } from '../base/bytes.js'
import { KeyValue } from './key-value.js'
import { Reader } from './reader.js'
import { rowWriter } from './writer.js'

/** mvccpb.Event: one change of one key. Its encoding is made once for all who watch. */
export class Event {
  /** A number of `EventType`. */
  readonly type: number
  /** After a delete: the key, and as mod revision the revision of the delete. */
  readonly kv: KeyValue
  /** What the key held before; undefined: nothing, or not asked for, or compacted. */
  readonly prevKv: KeyValue | undefined
  private cachedEncoding: Buffer | undefined = undefined
  private cachedWithoutPrevious: Event | undefined = undefined

  constructor(type: number, kv: KeyValue, prevKv?: KeyValue) {
    this.type = type
    this.kv = kv
    this.prevKv = prevKv
  }

  /**
   * Reads bytes of anybody's making. An event without `kv` gets an empty one.
   * @throws MetastoreError `malformed-message`
   */
  static decode(bytes: Uint8Array): Event {
    const reader = new Reader(bytes)
    let type = 0
    let kv: KeyValue | undefined
    let prevKv: KeyValue | undefined
    while (reader.more()) {
      const tag = reader.tag()
      switch (tag) {
        case 8:
          type = reader.int32()
          break
        case 18:
          kv = KeyValue.decode(reader.bytes())
          break
        case 26:
          prevKv = KeyValue.decode(reader.bytes())
          break
        default:
          reader.skip(tag)
      }
    }
    return new Event(type, kv ?? KeyValue.fromEncoded(emptyBuffer), prevKv)
  }

  /** The canonical encoding. */
  get encoded(): Buffer {
    if (this.cachedEncoding === undefined) this.cachedEncoding = this.encode()
    return this.cachedEncoding
  }

  /** The same event for those who did not ask for the previous value. */
  withoutPrevious(): Event {
    if (this.prevKv === undefined) return this
    this.cachedWithoutPrevious ??= new Event(this.type, this.kv)
    return this.cachedWithoutPrevious
  }

  private encode(): Buffer {
    const writer = rowWriter.begin()
    if (this.prevKv !== undefined) writer.bytes(26, this.prevKv.encoded)
    writer.bytes(18, this.kv.encoded)
    if (this.type !== 0) writer.int32(8, this.type)
    return writer.finish()
  }
}
