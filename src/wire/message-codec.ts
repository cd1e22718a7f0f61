import type { Codec } from '../base/codec.js'
import type { Reader } from './reader.js'
import type { Writer } from './writer.js'

/** A codec of one generated message, which can also stand inside another message. */
export interface MessageCodec<T> extends Codec<T> {
  /** A message with every field not named in `init` at its proto3 default. */
  create(init?: Partial<T>): T
  /** Reads up to the reader's current limit. */
  read(reader: Reader): T
  /** Writes the fields, last one first, without tag and length. */
  write(message: T, writer: Writer): void
}
