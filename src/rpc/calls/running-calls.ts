import { MetastoreError } from '../../base/errors.js'
import { LinkedSet } from '../../base/linked-set.js'
import type { DescribeError } from '../call-status.js'
import type { Route } from '../method.js'
import type { CallTransport } from './call-transport.js'
import type { CallOwner, ServerCall } from './server-call.js'
import { StreamCall } from './stream-call.js'
import { UnaryCall } from './unary-call.js'

/** The calls of a host whose handlers run. */
export class RunningCalls implements CallOwner {
  readonly describeError: DescribeError
  readonly #running = new LinkedSet<ServerCall>()
  readonly #onEnded: () => void

  /** `onEnded` is called each time a call has ended. */
  constructor(describeError: DescribeError, onEnded: () => void) {
    this.describeError = describeError
    this.#onEnded = onEnded
  }

  get size(): number {
    return this.#running.size
  }

  /** A call for its route's handler. It runs from here on, and starts with its `begin`. */
  create(route: Route, transport: CallTransport): ServerCall {
    const call =
      'unary' in route
        ? new UnaryCall(transport, this, route.method, route.unary)
        : new StreamCall(transport, this, route.method, route.stream)
    this.#running.add(call)
    return call
  }

  isRunning(call: ServerCall): boolean {
    return this.#running.has(call)
  }

  ended(call: ServerCall): void {
    if (this.#running.delete(call)) this.#onEnded()
  }

  stopStreams(): void {
    for (const call of this.#running) if (call instanceof StreamCall) stop(call)
  }

  stopAll(): void {
    for (const call of this.#running) stop(call)
  }
}

function stop(call: ServerCall): void {
  call.abort(new MetastoreError('server-stopped'))
}
