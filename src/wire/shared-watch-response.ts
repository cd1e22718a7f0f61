import type { Codec } from '../base/codec.js'
import type { Event } from './event.js'
import { ResponseHeader } from './generated/etcdserverpb-header.js'
import { WatchResponse } from './generated/etcdserverpb-watch.js'
import { messageWriter } from './writer.js'

/** Above this, bytes are laid together without passing through a writer. */
const largeBytes = 8 * 1024

/** What a response has in common with those of all others who get the same events. */
export class SharedEvents {
  private encodedHeader: Buffer | undefined
  private encodedEvents: Buffer | undefined
  private lastWatchId: bigint | undefined
  private lastResponse: Buffer | undefined

  /** `events` is never changed from here on. */
  constructor(
    readonly header: ResponseHeader,
    readonly events: readonly Event[],
    readonly fragment: boolean,
  ) {}

  /** The response of the watch `watchId`: of all its bytes only the id is written for it alone. */
  encode(watchId: bigint): Buffer {
    // Streams with one watch each, the usual ones, all have the same id.
    if (this.lastWatchId === watchId && this.lastResponse !== undefined) return this.lastResponse
    const response = this.lastResponse === undefined ? this.whole(watchId) : this.joined(watchId)
    this.lastWatchId = watchId
    this.lastResponse = response
    return response
  }

  /** The first may be the only one, which has nothing of laying parts together. */
  private whole(watchId: bigint): Buffer {
    const { header, events, fragment } = this
    return WatchResponse.encode(
      WatchResponse.create({ header, watchId, fragment, events: events as Event[] }),
    )
  }

  private joined(watchId: bigint): Buffer {
    this.encodedHeader ??= encodeHeader(this.header)
    this.encodedEvents ??= encodeEvents(this.events, this.fragment)
    return join(this.encodedHeader, watchId, this.encodedEvents)
  }
}

/** One watch's response of events that it may share with others. */
export class SharedWatchResponse implements WatchResponse {
  readonly created = false
  readonly canceled = false
  readonly compactRevision = 0
  readonly cancelReason = ''

  constructor(
    readonly shared: SharedEvents,
    readonly watchId: bigint,
  ) {}

  get header(): ResponseHeader {
    return this.shared.header
  }

  get fragment(): boolean {
    return this.shared.fragment
  }

  /** The message type asks for an array of its own; nobody changes the events of a response. */
  get events(): Event[] {
    return this.shared.events as Event[]
  }
}

/**
 * As `WatchResponse`, but quick for a {@link SharedWatchResponse}, whose bytes may have been handed
 * to others too and must not be changed.
 */
export const SharingWatchResponse: Codec<WatchResponse> = {
  name: WatchResponse.name,
  encode: (response) =>
    response instanceof SharedWatchResponse
      ? response.shared.encode(response.watchId)
      : WatchResponse.encode(response),
  decode: (bytes) => WatchResponse.decode(bytes),
}

function encodeHeader(header: ResponseHeader): Buffer {
  const writer = messageWriter.begin()
  ResponseHeader.write(header, writer)
  writer.message(10, 0)
  return writer.finish()
}

function encodeEvents(events: readonly Event[], fragment: boolean): Buffer {
  return WatchResponse.encode(WatchResponse.create({ fragment, events: events as Event[] }))
}

function join(header: Buffer, watchId: bigint, events: Buffer): Buffer {
  if (header.length + events.length <= largeBytes) {
    const writer = messageWriter.begin()
    writer.raw(events)
    if (watchId !== 0n) writer.id(16, watchId)
    writer.raw(header)
    return writer.finish()
  }
  const writer = messageWriter.begin()
  if (watchId !== 0n) writer.id(16, watchId)
  return Buffer.concat([header, writer.finish(), events])
}
