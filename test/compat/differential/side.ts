import { LeaseService, WatchService } from '../../../src/api/generated/services.js'
import {
  type Event,
  LeaseGrantRequest,
  type LeaseKeepAliveRequest,
  type LeaseKeepAliveResponse,
  LeaseRevokeRequest,
  LeaseTimeToLiveRequest,
  WatchCreateRequest,
} from '../../../src/wire/index.js'
import type { RawClient, RawStream } from '../../support/raw-client.js'
import { type Comparable, comparable } from './comparable.js'
import type { Call } from './operation.js'
import { WatchLog } from './watch-log.js'

const everything = Buffer.from([0])

/** An answer to a call: as it is compared, and as it came where the call did not fail. */
export interface Answered {
  readonly tree: Comparable
  readonly response: unknown
}

/** One server in a run: a client of it, its watch streams, and all its events from the beginning. */
export class Side {
  readonly name: string
  readonly #client: RawClient
  readonly #streams = new Map<number, WatchLog>()
  readonly #history: WatchLog
  #keepAlives: RawStream<LeaseKeepAliveRequest, LeaseKeepAliveResponse> | undefined

  constructor(name: string, client: RawClient) {
    this.name = name
    this.#client = client
    this.#history = this.#openWatchStream()
    const range = { key: everything, rangeEnd: everything, startRevision: 1, prevKv: true }
    this.#history.create(WatchCreateRequest.create(range))
  }

  /** Every event since revision 1 that has arrived so far. */
  get history(): readonly Event[] {
    return this.#history.events(0n)
  }

  /** Waits until the history reaches a revision; says whether it does. */
  historyReaches(revision: number): Promise<boolean> {
    const reached = () => (this.history.at(-1)?.kv.modRevision ?? 0) >= revision
    return this.#history.until(reached)
  }

  async call({ method, request }: Call): Promise<Answered> {
    const answer = await this.#client.unary(method, request)
    const response = 'response' in answer ? answer.response : undefined
    return { tree: comparable(answer), response }
  }

  async keepAlive(leaseId: bigint): Promise<Comparable> {
    this.#keepAlives ??= this.#client.open(LeaseService.leaseKeepAlive)
    const stream = this.#keepAlives
    const index = stream.received.length
    stream.send({ id: leaseId })
    await stream.until(() => stream.received.length > index)
    const response = stream.received[index]
    if (response !== undefined) return { response: comparable(response) }
    this.#keepAlives = undefined
    return { failure: comparable(stream.ended ?? { code: 'none', message: 'no answer' }) }
  }

  /** The id is the server's choice, so only its being positive is compared. */
  async unnamedLease(ttl: number): Promise<Comparable> {
    const { leaseGrant, leaseTimeToLive, leaseRevoke } = LeaseService
    const granted = await this.#client.unary(leaseGrant, LeaseGrantRequest.create({ ttl }))
    if (!('response' in granted)) return comparable(granted)
    const { id } = granted.response
    const request = LeaseTimeToLiveRequest.create({ id, keys: true })
    const left = await this.#client.call(leaseTimeToLive, request)
    const revoked = await this.#client.call(leaseRevoke, LeaseRevokeRequest.create({ id }))
    const unnamed = { id: id > 0n ? 'positive' : String(id) }
    return {
      granted: comparable({ ...granted.response, ...unnamed }),
      left: comparable({ ...left, ...unnamed }),
      revoked: comparable(revoked),
    }
  }

  /** The watch stream of that number, opened on first use. */
  stream(number: number): WatchLog {
    const open = this.#streams.get(number) ?? this.#openWatchStream()
    this.#streams.set(number, open)
    return open
  }

  closeStream(number: number): void {
    this.#streams.get(number)?.close()
    this.#streams.delete(number)
  }

  /** Idempotent. */
  close(): void {
    for (const stream of this.#streams.values()) stream.close()
    this.#history.close()
    this.#keepAlives?.cancel()
    this.#client.close()
  }

  /** What went wrong on the streams without anybody having asked. */
  complaints(): string[] {
    return [...this.#streams].flatMap(([number, stream]) => [
      ...(stream.failure === undefined ? [] : [`stream ${number}: ${stream.failure}`]),
      ...stream.violations.map((text) => `stream ${number}: ${text}`),
      ...stream.controls
        .slice(stream.taken)
        .map((control) => `stream ${number}: unasked: ${JSON.stringify(comparable(control))}`),
    ])
  }

  #openWatchStream(): WatchLog {
    return new WatchLog(this.#client.open(WatchService.watch))
  }
}
