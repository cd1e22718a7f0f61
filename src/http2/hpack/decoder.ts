import { BlockReader } from './block-reader.js'
import { DynamicTable, defaultTableBytes } from './dynamic-table.js'
import { fieldBytes, type HeaderField } from './header-field.js'
import { HpackError } from './hpack-error.js'
import { HuffmanDecoder } from './huffman-decoder.js'
import { staticTable } from './static-table.js'

/** What one header block holds. */
export interface DecodedBlock {
  /** In the block's order, up to the first that took the list over the limit, without that one. */
  readonly fields: readonly HeaderField[]
  /** Size of the whole list after RFC 9113, 10.5.1: name, value and 32 bytes for each field. */
  readonly listBytes: number
  /** Fields were dropped because `listBytes` is above `maxListBytes`; the dynamic table is right. */
  readonly tooLarge: boolean
}

/** The first bits of a representation: RFC 7541, 6. */
const indexedFlag = 0x80
const insertedFlag = 0x40
const sizeUpdateFlag = 0x20
const indexedMask = 0x7f
const insertedMask = 0x3f
const sizeUpdateMask = 0x1f
const literalMask = 0x0f

/** Decodes the header blocks of one connection, every one of them and in their order. */
export class HpackDecoder {
  readonly #maxTableBytes: number
  readonly #maxListBytes: number
  readonly #huffman = new HuffmanDecoder()
  readonly #table: DynamicTable

  /**
   * `maxTableBytes`: the SETTINGS_HEADER_TABLE_SIZE that the peer was told. Below 4096 it is right
   * only when the peer knew before its first block, because that is what it assumes until then.
   * `maxListBytes`: the most that the fields of a block may come to; it bounds what a block of few
   * bytes can grow to.
   */
  constructor(options: { readonly maxTableBytes: number; readonly maxListBytes: number }) {
    this.#maxTableBytes = options.maxTableBytes
    this.#maxListBytes = options.maxListBytes
    this.#table = new DynamicTable(Math.min(defaultTableBytes, options.maxTableBytes))
  }

  /**
   * Moves with every change of the dynamic table. A block that left it where it was decodes to the
   * same fields, and leaves it there, for as long as it stands still.
   */
  get tableVersion(): number {
    return this.#table.version
  }

  /** @throws HpackError on any malformed block; the decoder is of no use after that. */
  decode(block: Buffer): DecodedBlock {
    const reader = new BlockReader(block, this.#huffman)
    const fields: HeaderField[] = []
    let listBytes = 0
    while (reader.more() && isSizeUpdate(reader.peek())) this.#readSizeUpdate(reader)
    while (reader.more()) {
      const field = this.#readField(reader)
      listBytes += fieldBytes(field)
      if (listBytes <= this.#maxListBytes) fields.push(field)
    }
    return { fields, listBytes, tooLarge: listBytes > this.#maxListBytes }
  }

  #readSizeUpdate(reader: BlockReader): void {
    const bytes = reader.integer(sizeUpdateMask)
    if (bytes > this.#maxTableBytes) throw new HpackError('table size above the limit')
    this.#table.resize(bytes)
  }

  #readField(reader: BlockReader): HeaderField {
    const first = reader.peek()
    if (first >= indexedFlag) return this.#entry(reader.integer(indexedMask))
    if (first >= insertedFlag) {
      const field = this.#readLiteral(reader, insertedMask)
      this.#table.insert(field)
      return field
    }
    if (isSizeUpdate(first)) throw new HpackError('table size update behind a field')
    return this.#readLiteral(reader, literalMask)
  }

  #readLiteral(reader: BlockReader, indexMask: number): HeaderField {
    const index = reader.integer(indexMask)
    const name = index === 0 ? reader.string() : this.#entry(index).name
    return { name, value: reader.string() }
  }

  #entry(index: number): HeaderField {
    const entry =
      index <= staticTable.length
        ? staticTable[index - 1]
        : this.#table.at(index - staticTable.length - 1)
    if (entry === undefined) throw new HpackError('index of no table entry')
    return entry
  }
}

function isSizeUpdate(first: number): boolean {
  return (first & (indexedFlag | insertedFlag | sizeUpdateFlag)) === sizeUpdateFlag
}
