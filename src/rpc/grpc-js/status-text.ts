import { status } from '@grpc/grpc-js'
import type { CallStatus } from '../call-status.js'

/** For a method no route answers, worded as Go's gRPC server does: clients match on it. */
export function unknownMethod(path: string, knownServices: ReadonlySet<string>): CallStatus {
  const slash = path.lastIndexOf('/')
  if (slash < 1 || !path.startsWith('/')) {
    return unimplemented(`malformed method name: ${JSON.stringify(path)}`)
  }
  const service = path.slice(1, slash)
  const method = path.slice(slash + 1)
  return knownServices.has(service)
    ? unimplemented(`unknown method ${method} for service ${service}`)
    : unimplemented(`unknown service ${service}`)
}

/** The service a method's path names: `/a.B/C` is of `a.B`. */
export function serviceOf(path: string): string {
  return path.slice(1, path.lastIndexOf('/'))
}

/** grpc-js words one of its own refusals differently from Go's server, which clients match on. */
export function transportStatus(code: number, details: string): CallStatus {
  const sizes = /^Received message larger than max \((\d+) vs\.? (\d+)\)$/.exec(details)
  if (sizes === null) return { status: code, message: details }
  return {
    status: status.RESOURCE_EXHAUSTED,
    message: `grpc: received message larger than max (${sizes[1]} vs. ${sizes[2]})`,
  }
}

function unimplemented(message: string): CallStatus {
  return { status: status.UNIMPLEMENTED, message }
}
