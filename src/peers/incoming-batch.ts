import type { Codec } from '../base/codec.js'
import { PeerBatch, type PeerGroupMessages } from '../wire/index.js'

/** A batch, and how much of the stream it was. */
export interface IncomingBatch {
  readonly bytes: number
  readonly groups: readonly PeerGroupMessages[]
}

/** Reads what {@link PeerBatch} writes. */
export const incomingBatch: Codec<IncomingBatch> = {
  name: PeerBatch.name,
  encode: ({ groups }) => PeerBatch.encode({ groups }),
  decode: (bytes) => ({ bytes: bytes.length, ...PeerBatch.decode(compact(bytes)) }),
}

/** Entries stay in memory for long, as views of what came in, which must not be much more than they are. */
function compact(bytes: Uint8Array): Uint8Array {
  return bytes.buffer.byteLength > 2 * bytes.length ? Buffer.from(bytes) : bytes
}
