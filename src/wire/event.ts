import { emptyBuffer } from '../base/bytes.js'
import { EventType } from './generated/mvccpb-kv.js'
import { KeyValue } from './key-value.js'
import { Reader } from './reader.js'
import { eventWriter } from './writer.js'

/** mvccpb.Event: one change of one key. Its encoding is made once for all who watch. */
export class Event {
  /** A number of `EventType`. */
  readonly type: number
  private previous: KeyValue | undefined
  /** Finds the previous value when somebody asks for it, which is often nobody. */
  private find: (() => KeyValue | undefined) | undefined = undefined
  /** Of a deletion: undefined until somebody asks, for often nobody does. */
  private present: KeyValue | undefined
  private deleted: KeyValue | undefined = undefined
  private deletedAt = 0
  private cachedEncoding: Buffer | undefined = undefined
  private cachedWithoutPrevious: Event | undefined = undefined

  constructor(type: number, kv: KeyValue | undefined, prevKv?: KeyValue) {
    this.type = type
    this.present = kv
    this.previous = prevKv
  }

  /** The deletion of the key of `deleted`, at `revision`. */
  static deletion(deleted: KeyValue, revision: number, prevKv?: KeyValue): Event {
    const event = new Event(EventType.DELETE, undefined, prevKv)
    event.deleted = deleted
    event.deletedAt = revision
    return event
  }

  /** The put of `kv`, of which `find` finds what the key held before. */
  static putOver(kv: KeyValue, find: () => KeyValue | undefined): Event {
    const event = new Event(EventType.PUT, kv)
    event.find = find
    return event
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
    return new Event(type, kv, prevKv)
  }

  /** After a delete: the key, and as mod revision the revision of the delete. */
  get kv(): KeyValue {
    this.present ??= KeyValue.of({
      key: this.deleted?.key ?? emptyBuffer,
      value: emptyBuffer,
      createRevision: 0,
      modRevision: this.deletedAt,
      version: 0,
      lease: 0n,
    })
    return this.present
  }

  /** What the key held before; undefined: nothing, or not asked for, or compacted. */
  get prevKv(): KeyValue | undefined {
    if (this.find !== undefined) {
      this.previous = this.find()
      this.find = undefined
    }
    return this.previous
  }

  /** The bytes of keys and values. A previous one that nobody has asked for is taken to be as large as the new one. */
  get sizeBytes(): number {
    const { length } = this.kv.encoded
    return length + (this.find === undefined ? (this.previous?.encoded.length ?? 0) : length)
  }

  /** The canonical encoding. */
  get encoded(): Buffer {
    if (this.cachedEncoding === undefined) this.cachedEncoding = this.encode()
    return this.cachedEncoding
  }

  /** The same event for those who did not ask for the previous value. */
  withoutPrevious(): Event {
    if (this.previous === undefined && this.find === undefined) return this
    this.cachedWithoutPrevious ??= new Event(this.type, this.kv)
    return this.cachedWithoutPrevious
  }

  private encode(): Buffer {
    // Before the writer begins: making it may take the same one.
    const { kv, prevKv } = this
    const writer = eventWriter.begin()
    if (prevKv !== undefined) writer.bytes(26, prevKv.encoded)
    writer.bytes(18, kv.encoded)
    if (this.type !== 0) writer.int32(8, this.type)
    return writer.finish()
  }
}
