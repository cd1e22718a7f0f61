import { WatchHub, type WatchHubOptions } from '../../src/watch/watch-hub.js'
import type { WatchStream } from '../../src/watch/watch-stream.js'
import type { WatchCreateRequest } from '../../src/wire/index.js'
import { FakeClock } from './fake-clock.js'
import { type Change, ModelHistory } from './model-history.js'
import { RecordingSink } from './recording-sink.js'

export const progressIntervalMs = 600_000

/** A hub over a model of history, with everything a test turns and looks at. */
export class WatchSetup {
  readonly history = new ModelHistory()
  readonly clock = new FakeClock()
  readonly readErrors: unknown[] = []
  readonly hub: WatchHub

  constructor(options: Partial<WatchHubOptions> = {}) {
    this.hub = new WatchHub({
      history: this.history,
      clock: this.clock,
      header: () => ({ clusterId: 7n, memberId: 8n, revision: 999_999, raftTerm: 2 }),
      progressIntervalMs,
      nextTurn: settledTurn,
      onReadError: (error) => this.readErrors.push(error),
      ...options,
    })
  }

  open(): { readonly sink: RecordingSink; readonly stream: WatchStream } {
    const sink = new RecordingSink()
    return { sink, stream: this.hub.open(sink) }
  }

  /** A watch alone on its stream. */
  watch(request: WatchAsk = {}): { readonly sink: RecordingSink; readonly stream: WatchStream } {
    const opened = this.open()
    opened.stream.create(ask(request))
    return opened
  }

  put(key: string, value: string): void {
    this.change({ put: key, value })
  }

  delete(key: string): void {
    this.change({ delete: key })
  }

  /** One revision, published. */
  change(...changes: readonly Change[]): void {
    const batch = this.history.change(...changes)
    if (batch !== undefined) this.hub.publish(batch)
  }
}

/** Other work has nothing to do here. */
async function settledTurn(): Promise<void> {}

/** A create request whose keys are written as text. */
export interface WatchAsk
  extends Partial<Omit<WatchCreateRequest, 'key' | 'rangeEnd' | 'watchId'>> {
  readonly key?: string
  readonly rangeEnd?: string
  readonly watchId?: number
}

/** `key` is `a` where nothing is said. */
export function ask(request: WatchAsk): Partial<WatchCreateRequest> {
  const { key, rangeEnd, watchId, ...rest } = request
  return {
    ...rest,
    key: Buffer.from(key ?? 'a', 'latin1'),
    rangeEnd: Buffer.from(rangeEnd ?? '', 'latin1'),
    watchId: BigInt(watchId ?? 0),
  }
}
