import { BlockWriter, maxIntegerBytes } from './block-writer.js'
import { defaultTableBytes } from './dynamic-table.js'
import type { HeaderField } from './header-field.js'
import { HpackError } from './hpack-error.js'
import { SearchableTable } from './searchable-table.js'

/** A field, and what may be remembered of it. */
export interface EncodedField extends HeaderField {
  /**
   * `index`, the default: kept in the dynamic table when it fits. `plain`: not worth keeping.
   * `never`: no intermediary may keep it either, for a secret that could be guessed by its size.
   */
  readonly indexing?: 'index' | 'plain' | 'never'
}

const indexedFlag = 0x80
const indexedMask = 0x7f
const insertedFlag = 0x40
const insertedMask = 0x3f
const sizeUpdateFlag = 0x20
const sizeUpdateMask = 0x1f
const neverIndexedFlag = 0x10
const literalMask = 0x0f

const maxSizeUpdates = 2
const maxIntegersPerField = 3
const notOneByteEach = /[\u0100-\uffff]/

/** Encodes the header blocks of one connection, which go out in the order they were made. */
export class HpackEncoder {
  readonly #maxTableBytes: number
  readonly #table: SearchableTable
  /** The table size that the peer's decoder works with. */
  #announcedBytes = defaultTableBytes
  /** The smallest size that the peer asked for since the last block. */
  #lowestPeerBytes = defaultTableBytes
  #tableVersion = 0

  /**
   * `maxTableBytes`: the most the dynamic table will ever take, whatever the peer allows. With 0 there
   * is none, and a block is the same on every connection, but for the size update that a peer forces.
   */
  constructor(options: { readonly maxTableBytes: number }) {
    this.#maxTableBytes = options.maxTableBytes
    this.#table = new SearchableTable(Math.min(defaultTableBytes, options.maxTableBytes))
  }

  /** Moves when a block changes the table: while it stands still, equal fields encode alike. */
  get tableVersion(): number {
    return this.#tableVersion
  }

  /**
   * The peer's SETTINGS_HEADER_TABLE_SIZE. Where it changes what is used, the next block begins with
   * the size updates that RFC 7541, 4.2 asks for.
   */
  setPeerTableBytes(bytes: number): void {
    this.#lowestPeerBytes = Math.min(this.#lowestPeerBytes, bytes)
    this.#tableVersion++
    this.#table.resize(Math.min(bytes, this.#maxTableBytes))
  }

  /**
   * The bytes of one block, which must be sent.
   * @throws HpackError when a name or value has a code unit above 255; then nothing has changed.
   */
  encode(fields: readonly EncodedField[]): Buffer {
    const writer = new BlockWriter(mostBytes(fields))
    this.#writeSizeUpdates(writer)
    for (const field of fields) this.#writeField(writer, field)
    return writer.done()
  }

  #writeSizeUpdates(writer: BlockWriter): void {
    const bytes = this.#table.maxBytes
    const lowest = Math.min(this.#lowestPeerBytes, this.#maxTableBytes)
    const forced = this.#lowestPeerBytes < this.#announcedBytes
    const chosen = this.#maxTableBytes > 0 && bytes !== this.#announcedBytes
    if (!forced && !chosen) return
    this.#tableVersion++
    if (lowest < bytes && forced) writer.integer(sizeUpdateFlag, sizeUpdateMask, lowest)
    writer.integer(sizeUpdateFlag, sizeUpdateMask, bytes)
    this.#announcedBytes = bytes
    this.#lowestPeerBytes = bytes
  }

  #writeField(writer: BlockWriter, field: EncodedField): void {
    const { name, value, indexing = 'index' } = field
    const index = indexing === 'never' ? 0 : this.#table.indexOf(field)
    if (index !== 0) {
      writer.integer(indexedFlag, indexedMask, index)
      return
    }
    const inserts = indexing === 'index' && this.#table.fits(field)
    const nameIndex = this.#table.indexOfName(name)
    if (inserts) writer.integer(insertedFlag, insertedMask, nameIndex)
    else writer.integer(indexing === 'never' ? neverIndexedFlag : 0, literalMask, nameIndex)
    if (nameIndex === 0) writer.string(name)
    writer.string(value)
    if (!inserts) return
    this.#tableVersion++
    this.#table.insert(field)
  }
}

function mostBytes(fields: readonly EncodedField[]): number {
  let bytes = maxSizeUpdates * maxIntegerBytes
  for (const { name, value } of fields) {
    if (notOneByteEach.test(name) || notOneByteEach.test(value)) {
      throw new HpackError('a code unit of a header field is not a byte')
    }
    bytes += name.length + value.length + maxIntegersPerField * maxIntegerBytes
  }
  return bytes
}
