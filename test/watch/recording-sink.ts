import type { WatchSink } from '../../src/watch/watch-stream.js'
import { type Event, EventType, type WatchResponse } from '../../src/wire/index.js'

/** Keeps what it is sent; says false from the `capacity`th response on until that is raised. */
export class RecordingSink implements WatchSink {
  readonly responses: WatchResponse[] = []
  /** Events that came although the sink had said false, other than the rest of a response. */
  readonly sentWhileFull: string[] = []
  capacity = Number.POSITIVE_INFINITY
  private shown = 0
  private isFull = false

  send(response: WatchResponse): boolean {
    const isRest = this.responses.at(-1)?.fragment === true
    if (this.isFull && response.events.length > 0 && !isRest) {
      this.sentWhileFull.push(describeResponse(response))
    }
    this.isFull = this.responses.length + 1 >= this.capacity
    this.responses.push(response)
    return !this.isFull
  }

  /** Says false from the `count`th response after this on (or the next). */
  makeRoom(count: number): void {
    this.isFull = false
    this.capacity = this.responses.length + count
  }

  /** What came since the last call, one line a response. */
  news(): string[] {
    const fresh = this.responses.slice(this.shown)
    this.shown = this.responses.length
    return fresh.map(describeResponse)
  }

  eventsOf(watchId: bigint): string[] {
    return this.responses
      .filter((response) => response.watchId === watchId)
      .flatMap(({ events }) => events.map(describeEvent))
  }
}

/** Such as `0 @4: put a=3 at 4 (was 1), delete b at 4`. */
export function describeResponse(response: WatchResponse): string {
  const parts = [`${response.watchId} @${response.header?.revision}`]
  if (response.created) parts.push('created')
  if (response.canceled) parts.push('canceled')
  if (response.compactRevision !== 0) parts.push(`compacted ${response.compactRevision}`)
  if (response.cancelReason !== '') parts.push(`because ${response.cancelReason}`)
  if (response.fragment) parts.push('fragment')
  const head = parts.join(' ')
  if (response.events.length > 0) return `${head}: ${response.events.map(describeEvent).join(', ')}`
  return parts.length === 1 ? `${head} progress` : head
}

export function describeEvent({ type, kv, prevKv }: Event): string {
  const what =
    type === EventType.PUT ? `put ${kv.byteKey}=${short(kv.value)}` : `delete ${kv.byteKey}`
  const before = prevKv === undefined ? '' : ` (was ${short(prevKv.value)})`
  return `${what} at ${kv.modRevision}${before}`
}

function short(value: Buffer): string {
  return value.length > 12 ? `${value.length} bytes` : value.toString()
}
