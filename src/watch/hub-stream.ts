import { toByteString } from '../base/bytes.js'
import type { Clock, Timer } from '../base/clock.js'
import { errorCatalogue } from '../base/error-catalogue.js'
import type { ResponseHeader, WatchCreateRequest, WatchResponse } from '../wire/index.js'
import { eventSelection } from './event-selection.js'
import { afterAllKeys, type KeyInterval } from './interval-index.js'
import {
  canceledResponse,
  createdResponse,
  noWatchId,
  progressResponse,
  refusedResponse,
} from './responses.js'
import type { WatchSink, WatchStream } from './watch-stream.js'
import { type Outlet, Watcher } from './watcher.js'

const emptyRangeReason = 'mvcc: watcher range is empty'
const duplicateIdReason = 'mvcc: duplicate watch ID provided on the WatchStream'
const zeroByte = '\0'

/** What a stream needs of its hub. */
export interface StreamHost {
  readonly clock: Clock
  readonly progressIntervalMs: number
  /** The last revision that was published. */
  readonly revision: number
  /** Whether the watcher was sent all of its events. */
  isUpToDate(watcher: Watcher): boolean
  header(revision: number): ResponseHeader
  /** Sends nothing yet: that the watch was created comes first. */
  register(watcher: Watcher): void
  unregister(watcher: Watcher): void
  drained(stream: HubStream): void
  closed(stream: HubStream): void
}

/** One client's watches: their ids, what answers requests about them, and progress. */
export class HubStream implements WatchStream, Outlet {
  private readonly watchers = new Map<bigint, Watcher>()
  private nextId = 0n
  private isPaused = false
  private isClosed = false
  private progressTimer: Timer | undefined

  constructor(
    private readonly host: StreamHost,
    private readonly sink: WatchSink,
  ) {}

  get paused(): boolean {
    return this.isPaused
  }

  send(response: WatchResponse): void {
    if (this.isClosed) return
    if (!this.sink.send(response)) this.isPaused = true
  }

  create(request: Partial<WatchCreateRequest>): void {
    if (this.isClosed) return
    const startRevision = request.startRevision ?? 0
    const interval = intervalOf(request)
    if (startRevision < 0) {
      this.refuse(errorCatalogue.compacted.message)
    } else if (interval === undefined) {
      this.refuse(emptyRangeReason)
    } else if (this.isTaken(request.watchId)) {
      this.refuse(duplicateIdReason)
    } else {
      this.accept(request, interval, startRevision)
    }
  }

  cancel(watchId: bigint): void {
    const watcher = this.watchers.get(watchId)
    if (watcher === undefined) return
    this.watchers.delete(watchId)
    this.host.unregister(watcher)
    this.send(canceledResponse(this.currentHeader(), watchId))
  }

  requestProgress(): void {
    if (this.watchers.size === 0 || this.isPaused) return
    for (const watcher of this.watchers.values()) if (!this.mayHearProgress(watcher)) return
    this.send(progressResponse(this.currentHeader(), noWatchId))
  }

  drained(): void {
    this.isPaused = false
    this.host.drained(this)
  }

  close(): void {
    if (this.isClosed) return
    this.isClosed = true
    this.progressTimer?.cancel()
    for (const watcher of this.watchers.values()) this.host.unregister(watcher)
    this.watchers.clear()
    this.host.closed(this)
  }

  private accept(
    request: Partial<WatchCreateRequest>,
    interval: KeyInterval,
    startRevision: number,
  ): void {
    const watcher = new Watcher(this, request.watchId || this.freeId(), {
      interval,
      selection: eventSelection(request.prevKv ?? false, request.filters),
      fragment: request.fragment ?? false,
      progressNotify: request.progressNotify ?? false,
      startRevision,
      nextRevision: startRevision === 0 ? this.host.revision + 1 : startRevision,
    })
    this.watchers.set(watcher.id, watcher)
    this.host.register(watcher)
    this.send(createdResponse(this.currentHeader(), watcher.id))
    if (watcher.progressNotify) this.scheduleProgress()
  }

  /** Id 0 asks for any free one. */
  private isTaken(watchId: bigint | undefined): boolean {
    return watchId !== undefined && watchId !== 0n && this.watchers.has(watchId)
  }

  private refuse(reason: string): void {
    this.send(refusedResponse(this.currentHeader(), reason))
  }

  private currentHeader(): ResponseHeader {
    return this.host.header(this.host.revision)
  }

  private freeId(): bigint {
    while (this.watchers.has(this.nextId)) this.nextId++
    return this.nextId++
  }

  /** One timer for all of the stream's watches, as long as any of them asks for progress. */
  private scheduleProgress(): void {
    if (this.progressTimer !== undefined || this.isClosed) return
    const { clock, progressIntervalMs } = this.host
    this.progressTimer = clock.schedule(progressIntervalMs, () => {
      this.progressTimer = undefined
      if (this.notifyProgress()) this.scheduleProgress()
    })
  }

  /** Up to date, and its start is not in the future: only then may it be told how far it is. */
  private mayHearProgress(watcher: Watcher): boolean {
    return watcher.startRevision <= this.host.revision && this.host.isUpToDate(watcher)
  }

  private notifyProgress(): boolean {
    let anyone = false
    const header = this.currentHeader()
    for (const watcher of this.watchers.values()) {
      if (!watcher.progressNotify) continue
      anyone = true
      const due = watcher.quiet && this.mayHearProgress(watcher) && !this.isPaused
      watcher.quiet = true
      if (due) this.send(progressResponse(header, watcher.id))
    }
    return anyone
  }
}

/** Undefined: no key can lie in it. */
function intervalOf(request: Partial<WatchCreateRequest>): KeyInterval | undefined {
  const start = toByteString(request.key ?? new Uint8Array()) || zeroByte
  const end = toByteString(request.rangeEnd ?? new Uint8Array())
  if (end === '') return { start, end: undefined }
  if (end === zeroByte) return { start, end: afterAllKeys }
  return start < end ? { start, end } : undefined
}
