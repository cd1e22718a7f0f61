import { MetastoreError } from '../base/errors.js'
import type { MemberId } from '../raft/index.js'

/** What stands before a payload in the log: who proposed it (8 bytes), and its request id (8 bytes). */
const envelopeBytes = 16

/** Wraps payloads for the log. Ids are counted, from a random start for every run of the process. */
export class Envelopes {
  private readonly lead = Buffer.alloc(envelopeBytes)
  private counter = 0

  constructor(origin: MemberId, run: number) {
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
}

/** The payload in an entry's data, as a view; empty for empty data. */
export function unwrap(data: Buffer): Buffer {
  if (data.length === 0) return data
  if (data.length > envelopeBytes) return data.subarray(envelopeBytes)
  throw new MetastoreError('log-corrupt', 'write-ahead log is damaged: an entry has no payload')
}
