import { MetastoreError, messageOf } from '../base/errors.js'
import type { CallContext } from '../rpc/call-context.js'
import type { ResponseSink } from '../rpc/method.js'
import type { CallOptions, Store } from '../store/store.js'
import type { LeaseKeepAliveRequest, LeaseKeepAliveResponse } from '../wire/index.js'
import { callOptions } from './call-options.js'
import { PacedSink } from './paced-sink.js'

/** Renewals of one stream that may be under way; beyond, the stream reads no further. */
const maxUnderWay = 1024

/**
 * One answer for each renewal. They share confirmations of leadership and are answered as they come,
 * which is in order, but for those of leases that have run out: these wait until the lease is gone,
 * and nobody waits behind them.
 */
export async function keepAlive(
  store: Store,
  requests: AsyncIterable<LeaseKeepAliveRequest>,
  sink: ResponseSink<LeaseKeepAliveResponse>,
  context: CallContext,
): Promise<void> {
  const renewals = new Renewals(store, sink, context)
  for await (const request of requests) {
    renewals.begin(request)
    await renewals.room()
  }
  await renewals.ended()
}

class Renewals {
  readonly #store: Store
  readonly #context: CallContext
  readonly #options: CallOptions
  readonly #sink: PacedSink<LeaseKeepAliveResponse>
  #underWay = 0
  #wake: () => void = () => {}

  constructor(store: Store, sink: ResponseSink<LeaseKeepAliveResponse>, context: CallContext) {
    this.#store = store
    this.#context = context
    this.#options = callOptions(context)
    this.#sink = new PacedSink(sink, context.signal)
  }

  begin(request: LeaseKeepAliveRequest): void {
    this.#underWay++
    void this.#renew(request)
  }

  /** Resolves when another renewal may begin. */
  async room(): Promise<void> {
    await this.#until(() => this.#underWay < maxUnderWay)
    await this.#sink.room()
  }

  /** Resolves when all have been answered. @throws the first failure */
  async ended(): Promise<void> {
    await this.#until(() => this.#underWay === 0)
    if (this.#context.signal.aborted) throw this.#context.signal.reason
  }

  /** The first failure ends the stream; aborting wakes those that wait for the next request. */
  async #renew(request: LeaseKeepAliveRequest): Promise<void> {
    try {
      this.#sink.send(await this.#store.leaseKeepAlive(request, this.#options))
    } catch (error) {
      const known = error instanceof MetastoreError
      const reason = known ? error : new MetastoreError('invariant-violated', messageOf(error))
      this.#context.abort(reason)
    }
    this.#underWay--
    this.#wake()
  }

  async #until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}
