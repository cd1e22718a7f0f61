import type { CallStatus } from '../call-status.js'
import { statusCodes } from '../status-codes.js'

/** A message that is not taken; what the caller hears of it. */
export class MessageError extends Error {
  override readonly name = 'MessageError'
  readonly status: CallStatus

  constructor(code: keyof typeof statusCodes, message: string) {
    super(message)
    this.status = { status: statusCodes[code], message }
  }
}

/** Worded as Go's server does: clients match on it. */
export function messageTooLarge(lengthBytes: number, maxBytes: number): MessageError {
  const message = `grpc: received message larger than max (${lengthBytes} vs. ${maxBytes})`
  return new MessageError('resourceExhausted', message)
}

/** The caller ended in the middle of a message. */
export function cutShort(): MessageError {
  return new MessageError('internal', 'unexpected EOF')
}
