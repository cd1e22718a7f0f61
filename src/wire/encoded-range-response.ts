import type { Codec } from '../base/codec.js'
import { ResponseHeader } from './generated/etcdserverpb-header.js'
import { RangeResponse } from './generated/etcdserverpb-kv.js'
import { KeyValue } from './key-value.js'
import type { KeyValueBlock } from './key-value-block.js'
import { Reader } from './reader.js'
import { messageWriter } from './writer.js'

/** Above this, bytes are laid together without passing through a writer. */
const largeBytes = 8 * 1024
/** Above this, they are not even laid together: who sends them can send them one after the other. */
const mostJoinedBytes = 512 * 1024

/** What tag and length of a field take at most, and all fields of a response but its keys. */
const mostFieldHeadBytes = 6
const mostOtherBytes = 128

/** Neighbours in a block: the keys from `from` on, before `to`. */
export interface BlockPart {
  readonly block: KeyValueBlock
  readonly from: number
  readonly to: number
}

/** Keys in order and their values, encoded; decoded when somebody looks. */
export class EncodedKeyValues {
  /** The encoded fields in order, as many as there are in each. */
  readonly fields: readonly Buffer[]
  readonly count: number
  /** Of the encoded fields. */
  readonly sizeBytes: number
  private decoded: readonly KeyValue[] | undefined

  /** `fields` never change; `count`: how many they are. */
  constructor(fields: readonly Buffer[], count: number) {
    this.fields = fields
    this.count = count
    let size = 0
    for (const { length } of fields) size += length
    this.sizeBytes = size
  }

  /** Views over `parts`. */
  static of(parts: readonly BlockPart[]): EncodedKeyValues {
    let count = 0
    for (const { from, to } of parts) count += to - from
    const fields = parts.map(({ block, from, to }) => block.fields(from, to))
    return new EncodedKeyValues(fields, count)
  }

  /** Views over a copy: what a reader does to them is nothing to others, nor do they keep the blocks in memory. */
  get keyValues(): readonly KeyValue[] {
    this.decoded ??= decodeFields(Buffer.concat(this.fields))
    return this.decoded
  }
}

/** A response whose keys are encoded already. To who looks at it, copies or compares it, it is one like all others. */
export class EncodedRangeResponse implements RangeResponse {
  readonly header: ResponseHeader
  declare readonly kvs: readonly KeyValue[]
  readonly more: boolean
  readonly count: number
  readonly #encoded: EncodedKeyValues

  constructor(header: ResponseHeader, encoded: EncodedKeyValues, more: boolean, count: number) {
    this.header = header
    Object.defineProperty(this, 'kvs', decodingProperty)
    this.more = more
    this.count = count
    this.#encoded = encoded
  }

  get encoded(): EncodedKeyValues {
    return this.#encoded
  }
}

/** One for all responses, which then have one shape. */
const decodingProperty = {
  enumerable: true,
  get(this: EncodedRangeResponse): readonly KeyValue[] {
    return this.encoded.keyValues
  },
}

/** As `RangeResponse`, but quick for an {@link EncodedRangeResponse}. */
export const EncodingRangeResponse: Codec<RangeResponse> = {
  name: RangeResponse.name,
  encode: (response) =>
    response instanceof EncodedRangeResponse ? join(response) : encodeWhole(response),
  encodeParts: (response) =>
    response instanceof EncodedRangeResponse && response.encoded.sizeBytes > mostJoinedBytes
      ? partsOf(response)
      : undefined,
  decode: (bytes) => RangeResponse.decode(bytes),
}

/** Keys are encoded already, which tells beforehand how long a response of many will be. */
function encodeWhole(response: RangeResponse): Buffer {
  let bytes = mostOtherBytes
  for (const { encoded } of response.kvs) bytes += encoded.length + mostFieldHeadBytes
  const writer = messageWriter.begin(bytes)
  RangeResponse.write(response, writer)
  return writer.finish()
}

function join(response: EncodedRangeResponse): Buffer {
  const { header, encoded, more, count } = response
  const { sizeBytes, fields } = encoded
  if (sizeBytes <= largeBytes) {
    const writer = messageWriter.begin()
    if (count !== 0) writer.int64(32, count)
    if (more) writer.bool(24, more)
    for (let at = fields.length - 1; at >= 0; at--) writer.raw(fields[at] as Buffer)
    const mark = writer.mark()
    ResponseHeader.write(header, writer)
    writer.message(10, mark)
    return writer.finish()
  }
  return Buffer.concat(partsOf(response))
}

function partsOf({ header, encoded, more, count }: EncodedRangeResponse): Buffer[] {
  const head = RangeResponse.encode(RangeResponse.create({ header }))
  const tail = RangeResponse.encode(RangeResponse.create({ more, count }))
  return [head, ...encoded.fields, tail]
}

function decodeFields(bytes: Buffer): KeyValue[] {
  const keyValues: KeyValue[] = []
  const reader = new Reader(bytes)
  while (reader.more()) {
    reader.tag()
    keyValues.push(KeyValue.fromEncoded(reader.bytes()))
  }
  return keyValues
}
