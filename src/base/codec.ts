/** Turns values of one message type into bytes and back. */
export interface Codec<T> {
  /** The full name of the message, such as `etcdserverpb.PutRequest`. */
  readonly name: string
  /** The canonical encoding. The bytes belong to the caller. */
  encode(message: T): Buffer
  /** The same, as parts that do not change any more; undefined: nothing is gained by that. */
  encodeParts?(message: T): readonly Buffer[] | undefined
  /**
   * Reads a whole message. `bytes` fields of the result are views into `bytes`, not copies.
   * @throws MetastoreError `malformed-message`
   */
  decode(bytes: Uint8Array): T
}
