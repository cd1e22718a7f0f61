import {
  type DecodedBlock,
  type EncodedField,
  HpackDecoder,
  HpackEncoder,
  HpackError,
} from '../hpack/index.js'
import { ConnectionError, errorCodes } from '../protocol.js'
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
  /** The last block that is remembered: many clients make one call again and again. */
  readonly #lastBlock = Buffer.allocUnsafe(longestRememberedBytes)
  #lastBytes = 0
  #lastHead: RequestHead | undefined

  constructor(maxListBytes: number) {
    this.#decoder = new HpackDecoder({ maxTableBytes: 4096, maxListBytes })
  }

  /**
   * The request that a block describes; a string says what is wrong with it. Blocks that say the same
   * are mostly answered with the same head.
   * @throws ConnectionError when the block cannot be decoded
   */
  request(bytes: Buffer, start: number, end: number): RequestHead | string {
    if (this.#rememberedVersion !== this.#decoder.tableVersion) this.#forget()
    if (this.#lastHead !== undefined && this.#isLast(bytes, start, end)) return this.#lastHead
    const short = end - start <= longestRememberedBytes
    const key = short ? bytes.toString('latin1', start, end) : ''
    const known = short ? this.#remembered.get(key) : undefined
    const head = known ?? this.#read(bytes.subarray(start, end))
    const standsStill = this.#rememberedVersion === this.#decoder.tableVersion
    if (typeof head === 'string' || !short || !standsStill) return head
    if (known === undefined) this.#remember(key, head)
    this.#lastHead = head
    this.#lastBytes = bytes.copy(this.#lastBlock, 0, start, end)
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

  #read(block: Buffer): RequestHead | string {
    const { tooLarge, fields } = this.decode(block)
    return tooLarge ? 'too many header fields' : RequestHead.of(fields)
  }

  #isLast(bytes: Buffer, start: number, end: number): boolean {
    const length = this.#lastBytes
    if (end - start !== length) return false
    const block = this.#lastBlock
    for (let at = 0; at < length; at++) if (block[at] !== bytes[start + at]) return false
    return true
  }

  #remember(key: string, head: RequestHead): void {
    if (this.#remembered.size >= rememberedBlocks) this.#remembered.clear()
    this.#remembered.set(key, head)
  }

  #forget(): void {
    this.#remembered.clear()
    this.#rememberedVersion = this.#decoder.tableVersion
    this.#lastHead = undefined
  }
}
