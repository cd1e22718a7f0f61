import {
  type DecodedBlock,
  type EncodedField,
  HpackDecoder,
  HpackEncoder,
  HpackError,
} from './hpack/index.js'
import { ConnectionError, errorCodes } from './protocol.js'
import { RequestHead } from './request-head.js'

/** Header fields that are sent often: each connection encodes them once. */
export class PreparedFields {
  readonly fields: readonly EncodedField[]

  constructor(fields: readonly EncodedField[]) {
    this.fields = fields
  }
}

/** As much table as two or three fields need. */
const encoderTableBytes = 1024

/** Encodes a connection's outgoing header blocks. */
export class HeaderEncoding {
  readonly #encoder = new HpackEncoder({ maxTableBytes: encoderTableBytes })
  readonly #prepared = new Map<PreparedFields, Buffer>()
  #preparedVersion = -1

  setPeerTableBytes(bytes: number): void {
    this.#encoder.setPeerTableBytes(bytes)
  }

  encode(fields: PreparedFields | readonly EncodedField[]): Buffer {
    if (!(fields instanceof PreparedFields)) return this.#encoder.encode(fields)
    const encoder = this.#encoder
    if (this.#preparedVersion !== encoder.tableVersion) {
      this.#prepared.clear()
      this.#preparedVersion = encoder.tableVersion
    }
    const known = this.#prepared.get(fields)
    if (known !== undefined) return known
    const block = encoder.encode(fields.fields)
    if (this.#preparedVersion === encoder.tableVersion) this.#prepared.set(fields, block)
    return block
  }
}

/** Clients repeat themselves: a few blocks, short by their table, stand for all their calls. */
const rememberedBlocks = 64
const longestRememberedBytes = 256

/** Decodes a connection's incoming header blocks. */
export class HeaderDecoding {
  readonly #decoder: HpackDecoder
  readonly #remembered = new Map<string, RequestHead>()
  #rememberedVersion = 0

  constructor(maxListBytes: number) {
    this.#decoder = new HpackDecoder({ maxTableBytes: 4096, maxListBytes })
  }

  /**
   * The request that a block describes; a string says what is wrong with it.
   * @throws ConnectionError when the block cannot be decoded
   */
  request(bytes: Buffer, start: number, end: number): RequestHead | string {
    const decoder = this.#decoder
    if (this.#rememberedVersion !== decoder.tableVersion) {
      this.#remembered.clear()
      this.#rememberedVersion = decoder.tableVersion
    }
    const short = end - start <= longestRememberedBytes
    const key = short ? bytes.toString('latin1', start, end) : ''
    const known = short ? this.#remembered.get(key) : undefined
    if (known !== undefined) return known
    const block = this.decode(bytes.subarray(start, end))
    const head = block.tooLarge ? 'too many header fields' : RequestHead.of(block.fields)
    const standsStill = this.#rememberedVersion === decoder.tableVersion
    if (typeof head !== 'string' && short && standsStill) this.#remember(key, head)
    return head
  }

  /** @throws ConnectionError when the block cannot be decoded */
  decode(block: Buffer): DecodedBlock {
    try {
      return this.#decoder.decode(block)
    } catch (thrown) {
      if (!(thrown instanceof HpackError)) throw thrown
      throw new ConnectionError(errorCodes.compressionError, thrown.message)
    }
  }

  #remember(key: string, head: RequestHead): void {
    if (this.#remembered.size >= rememberedBlocks) this.#remembered.clear()
    this.#remembered.set(key, head)
  }
}
