import { gunzipSync, inflateSync } from 'node:zlib'
import { messageOf } from '../../base/errors.js'
import { MessageError } from './message-error.js'

/** What `grpc-encoding` may say. */
export const readableEncodings: readonly string[] = ['identity', 'gzip', 'deflate']

/** Undoes the compression that a caller announced. */
export class Inflation {
  readonly #encoding: string
  readonly #maxBytes: number

  /** `maxBytes`: a message that grows beyond it is refused before it has grown. */
  constructor(encoding: string | undefined, maxBytes: number) {
    this.#encoding = encoding ?? 'identity'
    this.#maxBytes = maxBytes
  }

  /** @throws MessageError */
  inflate(message: Buffer): Buffer {
    const options = { maxOutputLength: Math.max(1, this.#maxBytes) }
    try {
      switch (this.#encoding) {
        case 'gzip':
          return gunzipSync(message, options)
        case 'deflate':
          return inflateSync(message, options)
      }
    } catch (thrown) {
      throw this.#refusal(thrown)
    }
    throw new MessageError('internal', 'grpc: compressed flag set with identity or empty encoding')
  }

  #refusal(thrown: unknown): MessageError {
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined
    if (code === 'ERR_BUFFER_TOO_LARGE') {
      const message = `grpc: received message after decompression larger than max ${this.#maxBytes}`
      return new MessageError('resourceExhausted', message)
    }
    return new MessageError(
      'internal',
      `grpc: failed to decompress the message: ${messageOf(thrown)}`,
    )
  }
}

/** Whether messages of this `grpc-encoding` can be read. */
export function canInflate(encoding: string | undefined): boolean {
  return encoding === undefined || readableEncodings.includes(encoding)
}
