import type { Clock, Timer } from '../../src/base/clock.js'
import type { CallOptions, StorageStatus, Store, WatchStatus } from '../../src/store/store.js'
import {
  CompactionResponse,
  DeleteRangeResponse,
  HashKVResponse,
  HashResponse,
  LeaseGrantResponse,
  LeaseKeepAliveResponse,
  LeaseLeasesResponse,
  LeaseRevokeResponse,
  LeaseTimeToLiveResponse,
  PutResponse,
  RangeResponse,
  ResponseHeader,
  TxnResponse,
  type WatchResponse,
} from '../../src/wire/index.js'

type MemberInfo = Awaited<ReturnType<Store['members']>>[number]
type RaftStatus = ReturnType<Store['getRaftStatus']>
type WatchStream = ReturnType<Store['watch']>
type WatchSink = Parameters<Store['watch']>[0]

export const header = ResponseHeader.create({
  clusterId: 11n,
  memberId: 12n,
  revision: 13,
  raftTerm: 14,
})

const leading: RaftStatus = {
  nodeId: 12n,
  term: 14,
  leaderId: 12n,
  state: 'leader',
  applied: 20,
  commit: 21,
}

/** One call the store got. */
export interface StoreCall {
  readonly method: string
  readonly request: unknown
  readonly signal: CallOptions['signal']
  /** All that it heard of the call. */
  readonly options: CallOptions
}

/** A store that notes what it is asked, and answers at once, or fails, or never answers. */
export class FakeStore implements Store {
  readonly calls: StoreCall[] = []
  readonly watches: FakeWatchStream[] = []
  raft: RaftStatus = leading
  storage: StorageStatus = { totalBytes: 1000, inUseBytes: 900, quotaBytes: 2000 }
  /** What every call fails with. */
  failure: unknown
  /** What a streamed range answers. */
  pieces: readonly RangeResponse[] = []
  /** Pieces after which the next one was asked for. */
  takenPieces = 0
  openRangeStreams = 0
  /** Calls wait until their signal aborts. */
  hangs = false

  /** Watch streams that are not closed. */
  get openWatches(): number {
    return this.watches.filter(({ closed }) => !closed).length
  }

  range(request: object, options?: CallOptions): Promise<RangeResponse> {
    return this.#answer('range', request, options, RangeResponse.create({ header, count: 7 }))
  }

  async *rangeStream(request: object, options?: CallOptions): AsyncGenerator<RangeResponse> {
    this.openRangeStreams++
    try {
      for (const piece of this.pieces) {
        if (options?.signal?.aborted) throw options.signal.reason
        yield await this.#answer('rangeStream', request, options, piece)
        this.takenPieces++
      }
    } finally {
      this.openRangeStreams--
    }
  }

  put(request: object, options?: CallOptions): Promise<PutResponse> {
    return this.#answer('put', request, options, PutResponse.create({ header }))
  }

  deleteRange(request: object, options?: CallOptions): Promise<DeleteRangeResponse> {
    const response = DeleteRangeResponse.create({ header, deleted: 2 })
    return this.#answer('deleteRange', request, options, response)
  }

  txn(request: object, options?: CallOptions): Promise<TxnResponse> {
    return this.#answer('txn', request, options, TxnResponse.create({ header, succeeded: true }))
  }

  compact(request: object, options?: CallOptions): Promise<CompactionResponse> {
    return this.#answer('compact', request, options, CompactionResponse.create({ header }))
  }

  defragment(options?: CallOptions): Promise<void> {
    return this.#answer('defragment', {}, options, undefined)
  }

  leaseGrant(request: object, options?: CallOptions): Promise<LeaseGrantResponse> {
    const response = LeaseGrantResponse.create({ header, id: 5n, ttl: 60 })
    return this.#answer('leaseGrant', request, options, response)
  }

  leaseRevoke(request: object, options?: CallOptions): Promise<LeaseRevokeResponse> {
    return this.#answer('leaseRevoke', request, options, LeaseRevokeResponse.create({ header }))
  }

  leaseKeepAlive(
    request: { readonly id?: bigint },
    options?: CallOptions,
  ): Promise<LeaseKeepAliveResponse> {
    const response = LeaseKeepAliveResponse.create({ header, id: request.id ?? 0n, ttl: 60 })
    return this.#answer('leaseKeepAlive', request, options, response)
  }

  leaseTimeToLive(request: object, options?: CallOptions): Promise<LeaseTimeToLiveResponse> {
    const response = LeaseTimeToLiveResponse.create({ header, id: 5n, ttl: 59, grantedTtl: 60 })
    return this.#answer('leaseTimeToLive', request, options, response)
  }

  leaseLeases(options?: CallOptions): Promise<LeaseLeasesResponse> {
    const response = LeaseLeasesResponse.create({ header, leases: [{ id: 5n }] })
    return this.#answer('leaseLeases', {}, options, response)
  }

  hashKv(request: object, options?: CallOptions): Promise<HashKVResponse> {
    const response = HashKVResponse.create({ header, hash: 1, compactRevision: 2, hashRevision: 9 })
    return this.#answer('hashKv', request, options, response)
  }

  hash(options?: CallOptions): Promise<HashResponse> {
    return this.#answer('hash', {}, options, HashResponse.create({ header, hash: 3 }))
  }

  moveLeader(targetId: bigint, options?: CallOptions): Promise<void> {
    return this.#answer('moveLeader', { targetId }, options, undefined)
  }

  members(options?: CallOptions): Promise<readonly MemberInfo[]> {
    const member = { id: 12n, name: 'one', peerUrls: ['http://a:2380'], clientUrls: [] }
    return this.#answer('members', options, options, [{ ...member, isLearner: false }])
  }

  watch(sink: WatchSink): WatchStream {
    if (this.failure !== undefined) throw this.failure
    const stream = new FakeWatchStream(sink)
    this.watches.push(stream)
    return stream
  }

  watchStatus(): WatchStatus {
    return { streams: this.openWatches, watchers: 0, behind: 0 }
  }

  header(): ResponseHeader {
    return header
  }

  getRaftStatus(): RaftStatus {
    return this.raft
  }

  storageStatus(): StorageStatus {
    return this.storage
  }

  async close(): Promise<void> {}

  #answer<T>(method: string, request: unknown, options: CallOptions = {}, answer: T): Promise<T> {
    const signal = options.signal
    this.calls.push({ method, request, signal, options })
    if (this.failure !== undefined) return Promise.reject(this.failure)
    if (!this.hangs) return Promise.resolve(answer)
    return new Promise((_resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason))
    })
  }
}

/** Notes what it is told, and can send what a test wants. */
export class FakeWatchStream implements WatchStream {
  readonly told: unknown[] = []
  drainedCount = 0
  closed = false
  readonly #sink: WatchSink

  constructor(sink: WatchSink) {
    this.#sink = sink
  }

  send(response: WatchResponse): boolean {
    return this.#sink.send(response)
  }

  create(request: object): void {
    this.told.push({ create: request })
  }

  cancel(watchId: bigint): void {
    this.told.push({ cancel: watchId })
  }

  requestProgress(): void {
    this.told.push('progress')
  }

  drained(): void {
    this.drainedCount++
  }

  close(): void {
    this.closed = true
  }
}

/** A clock that stands still until it is told to go on. */
export class ManualClock implements Clock {
  readonly #timers = new Set<{ readonly atMs: number; readonly callback: () => void }>()
  #nowMs = 0

  get timerCount(): number {
    return this.#timers.size
  }

  nowMs(): number {
    return this.#nowMs
  }

  schedule(delayMs: number, callback: () => void): Timer {
    const timer = { atMs: this.#nowMs + delayMs, callback }
    this.#timers.add(timer)
    return { cancel: () => this.#timers.delete(timer) }
  }

  /** Fires what is due, once each; what that schedules has to wait for the next call. */
  advance(byMs: number): void {
    this.#nowMs += byMs
    for (const timer of [...this.#timers]) {
      if (timer.atMs > this.#nowMs) continue
      this.#timers.delete(timer)
      timer.callback()
    }
  }
}
