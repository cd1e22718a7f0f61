import { type ErrorCode, errorCatalogue, type StatusName } from '../base/error-catalogue.js'
import { MetastoreError, messageOf } from '../base/errors.js'
import type { Logger } from '../base/logger.js'
import type { CallStatus, DescribeError } from '../rpc/call-status.js'

/** gRPC's numbers by their names. */
export const statusNumbers: Readonly<Record<StatusName, number>> = {
  Canceled: 1,
  Unknown: 2,
  InvalidArgument: 3,
  DeadlineExceeded: 4,
  NotFound: 5,
  AlreadyExists: 6,
  PermissionDenied: 7,
  ResourceExhausted: 8,
  FailedPrecondition: 9,
  OutOfRange: 11,
  Unimplemented: 12,
  Internal: 13,
  Unavailable: 14,
  DataLoss: 15,
  Unauthenticated: 16,
}

/** etcd sends these with status Unknown, so that clients know them by their text alone. */
const sentAsUnknown: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['too-many-requests'])

/** Errors that are the member's own trouble, never a caller's. */
const troubles: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'log-corrupt',
  'data-corrupt',
  'disk-failed',
  'invariant-violated',
])

/**
 * The one place where errors become statuses. What is no MetastoreError goes out as Unknown with its
 * own text; that, and the member's own trouble, is logged.
 */
export function errorMapping(logger: Logger): DescribeError {
  return (thrown) => {
    if (!(thrown instanceof MetastoreError)) {
      logger.error('a handler failed unexpectedly', { error: thrown })
      return { status: statusNumbers.Unknown, message: messageOf(thrown) }
    }
    if (troubles.has(thrown.code)) logger.error('a handler met trouble', { error: thrown })
    return statusOf(thrown)
  }
}

function statusOf(error: MetastoreError): CallStatus {
  const name = sentAsUnknown.has(error.code) ? 'Unknown' : errorCatalogue[error.code].status
  return { status: statusNumbers[name], message: error.message }
}
