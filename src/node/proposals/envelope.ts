import { asBuffer } from '../../base/bytes.js'
import { MetastoreError } from '../../base/errors.js'
import type { MemberId } from '../../raft/index.js'

/**
 * What stands before a payload in the log: who proposed it (8 bytes), the run of the process that did (4), and
 * a counter (4).
 */
const envelopeBytes = 16

/** Who proposed a payload, and when. */
export interface Envelope {
  readonly origin: MemberId
  readonly run: number
  readonly counter: number
}

/** Wraps payloads for the log. They are counted, in every run of the process anew. */
export class Envelopes {
  /** The one given last; 32 bits, and then from 0 again. */
  counter = 0
  private readonly lead = Buffer.alloc(envelopeBytes)

  constructor(
    private readonly origin: MemberId,
    /** Random for every run of the process. */
    readonly run: number,
  ) {
    this.lead.writeBigUInt64LE(origin, 0)
    this.lead.writeUInt32LE(run, 8)
  }

  wrap(payload: Uint8Array): Buffer {
    const wrapped = Buffer.allocUnsafe(envelopeBytes + payload.length)
    this.counter = (this.counter + 1) >>> 0
    this.lead.writeUInt32LE(this.counter, 12)
    wrapped.set(this.lead, 0)
    wrapped.set(payload, envelopeBytes)
    return wrapped
  }

  /** The counter of what was wrapped here; undefined: somebody else did. */
  ownCounter(data: Uint8Array): number | undefined {
    const buffer = asBuffer(data)
    if (buffer.length <= envelopeBytes || buffer.readUInt32LE(8) !== this.run) return undefined
    return buffer.readBigUInt64LE(0) === this.origin ? buffer.readUInt32LE(12) : undefined
  }
}

/** Undefined: these are not the data of an entry with a payload. */
export function envelopeOf(data: Uint8Array): Envelope | undefined {
  const buffer = asBuffer(data)
  if (buffer.length <= envelopeBytes) return undefined
  return {
    origin: buffer.readBigUInt64LE(0),
    run: buffer.readUInt32LE(8),
    counter: buffer.readUInt32LE(12),
  }
}

/** The payload in an entry's data, as a view; empty for empty data. */
export function unwrap(data: Buffer): Buffer {
  if (data.length === 0) return data
  if (data.length > envelopeBytes) return data.subarray(envelopeBytes)
  throw new MetastoreError('log-corrupt', 'write-ahead log is damaged: an entry has no payload')
}
