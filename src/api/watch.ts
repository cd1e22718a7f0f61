import type { CancelSignal } from '../base/cancel-signal.js'
import { hasCode, MetastoreError } from '../base/errors.js'
import type { CallContext } from '../rpc/call-context.js'
import { type ResponseSink, type Route, stream } from '../rpc/method.js'
import type { Store } from '../store/store.js'
import { SharingWatchResponse, type WatchRequest, type WatchResponse } from '../wire/index.js'
import { WatchService } from './generated/services.js'
import { PacedSink } from './paced-sink.js'

/** etcdserverpb.Watch. */
export function watchRoutes(store: Store): Route[] {
  return [
    stream({ ...WatchService.watch, response: SharingWatchResponse }, (requests, sink, context) =>
      watch(store, requests, sink, context).catch(throwAsWatch),
    ),
  ]
}

/** A caller that has sent its last request still gets events: only the end of the call ends them. */
async function watch(
  store: Store,
  requests: AsyncIterable<WatchRequest>,
  sink: ResponseSink<WatchResponse>,
  context: CallContext,
): Promise<void> {
  const paced = new PacedSink(sink, context.signal)
  const watches = store.watch(paced)
  paced.onDrain(() => watches.drained())
  try {
    for await (const request of requests) {
      serve(watches, request)
      // Created and cancelled are answered at any time, so requests wait for a reader that is behind.
      await paced.room()
    }
    await aborted(context.signal)
  } finally {
    watches.close()
  }
}

function serve(watches: ReturnType<Store['watch']>, request: WatchRequest): void {
  if (request.createRequest !== undefined) watches.create(request.createRequest)
  else if (request.cancelRequest !== undefined) watches.cancel(request.cancelRequest.watchId)
  else if (request.progressRequest !== undefined) watches.requestProgress()
}

/** Rejects with the signal's reason. */
function aborted(signal: CancelSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason)
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

function throwAsWatch(thrown: unknown): never {
  const canceled = hasCode(thrown, 'context-canceled')
  throw canceled ? new MetastoreError('watch-canceled') : thrown
}
