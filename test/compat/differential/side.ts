import { KvService, LeaseService, WatchService } from '../../../src/api/generated/services.js'
import {
  type Event,
  LeaseGrantRequest,
  type LeaseKeepAliveRequest,
  type LeaseKeepAliveResponse,
  LeaseRevokeRequest,
  LeaseTimeToLiveRequest,
  type RangeRequest,
  RangeResponse,
  WatchCreateRequest,
} from '../../../src/wire/index.js'
import type { RawStream } from '../../support/raw-client.js'
import { type Comparable, comparable } from './comparable.js'
import type { Call } from './operation.js'
import type { Restartable } from './restartable.js'
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
  readonly #server: Restartable
  readonly #streams = new Map<number, WatchLog>()
  readonly #history: WatchLog
  #keepAlives: RawStream<LeaseKeepAliveRequest, LeaseKeepAliveResponse> | undefined

  constructor(name: string, server: Restartable) {
    this.name = name
    this.#server = server
    this.#history = this.#openWatchStream()
    this.#watchAll(1)
  }

  /** Every event since revision 1 that has arrived so far. */
  get history(): readonly Event[] {
    return this.#history.events(0n)
  }

  /** Waits until the history reaches a revision; says whether it does. */
  historyReaches(revision: number): Promise<boolean> {
    return this.#history.until(() => this.last >= revision)
  }

  /** The revision of the last event that has arrived. */
  get last(): number {
    return this.history.at(-1)?.kv.modRevision ?? 0
  }

  async call({ method, request }: Call): Promise<Answered> {
    const answer = await this.#server.client.unary(method, request)
    const response = 'response' in answer ? answer.response : undefined
    return { tree: comparable(answer), response }
  }

  /** All pieces of a streamed range as one answer; only the last has a header and counts. */
  async rangeStream(request: RangeRequest): Promise<Answered> {
    const stream = this.#server.client.open(KvService.rangeStream)
    stream.send(request)
    stream.end()
    await stream.until(() => false)
    const pieces = stream.received.map(({ rangeResponse }) => RangeResponse.create(rangeResponse))
    const last = pieces.at(-1)
    if (last === undefined || stream.ended?.code !== 'OK') {
      return { tree: comparable({ failure: stream.ended }), response: undefined }
    }
    const response = { ...last, kvs: pieces.flatMap(({ kvs }) => kvs) }
    return { tree: comparable({ response }), response }
  }

  async keepAlive(leaseId: bigint): Promise<Comparable> {
    this.#keepAlives ??= this.#server.client.open(LeaseService.leaseKeepAlive)
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
    const granted = await this.#server.client.unary(leaseGrant, LeaseGrantRequest.create({ ttl }))
    if (!('response' in granted)) return comparable(granted)
    const { id } = granted.response
    const request = LeaseTimeToLiveRequest.create({ id, keys: true })
    const left = await this.#server.client.call(leaseTimeToLive, request)
    const revoked = await this.#server.client.call(leaseRevoke, LeaseRevokeRequest.create({ id }))
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

  /** Starts the server anew on what it left: all streams end, but for the history, which goes on. */
  async restart(hard: boolean): Promise<void> {
    const { last } = this
    this.close()
    this.#streams.clear()
    this.#keepAlives = undefined
    await this.#server.restart(hard)
    this.#history.goOn(this.#server.client.open(WatchService.watch))
    this.#watchAll(last + 1)
  }

  /** Ends all streams. Idempotent. */
  close(): void {
    for (const stream of this.#streams.values()) stream.close()
    this.#history.close()
    this.#keepAlives?.cancel()
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

  #watchAll(startRevision: number): void {
    const range = { key: everything, rangeEnd: everything, startRevision, prevKv: true }
    this.#history.create(WatchCreateRequest.create(range))
  }

  #openWatchStream(): WatchLog {
    return new WatchLog(this.#server.client.open(WatchService.watch))
  }
}
