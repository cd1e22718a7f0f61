import { MetastoreError } from '../../base/errors.js'
import type { DescribeError } from '../call-status.js'
import type { Route } from '../method.js'
import type { CallTransport } from './call-transport.js'
import type { CallOwner, ServerCall } from './server-call.js'
import { StreamCall } from './stream-call.js'
import { UnaryCall } from './unary-call.js'

/** The calls of a host whose handlers run. */
export class RunningCalls implements CallOwner {
  readonly describeError: DescribeError
  /** Each call knows its place, so that one that ends is not searched for. */
  readonly #running: ServerCall[] = []
  readonly #onEnded: () => void

  /** `onEnded` is called each time a call has ended. */
  constructor(describeError: DescribeError, onEnded: () => void) {
    this.describeError = describeError
    this.#onEnded = onEnded
  }

  get size(): number {
    return this.#running.length
  }

  /** A call for its route's handler. It runs from here on, and starts with its `begin`. */
  create(route: Route, transport: CallTransport): ServerCall {
    const call =
      'unary' in route
        ? new UnaryCall(transport, this, route.method, route.unary)
        : new StreamCall(transport, this, route.method, route.stream)
    call.place = this.#running.length
    this.#running.push(call)
    return call
  }

  isRunning(call: ServerCall): boolean {
    return call.place >= 0
  }

  ended(call: ServerCall): void {
    const { place } = call
    const last = this.#running.at(-1)
    if (place < 0 || last === undefined) return
    this.#running[place] = last
    last.place = place
    call.place = -1
    this.#running.pop()
    this.#onEnded()
  }

  stopStreams(): void {
    for (const call of [...this.#running]) if (call instanceof StreamCall) stop(call)
  }

  stopAll(): void {
    for (const call of [...this.#running]) stop(call)
  }
}

function stop(call: ServerCall): void {
  call.abort(new MetastoreError('server-stopped'))
}
