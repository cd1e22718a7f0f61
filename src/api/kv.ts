import type { CallContext } from '../rpc/call-context.js'
import { type ResponseSink, type Route, stream } from '../rpc/method.js'
import type { Store } from '../store/store.js'
import { EncodingRangeResponse, type RangeRequest, RangeStreamResponse } from '../wire/index.js'
import { callOptions, storeRoute } from './call-options.js'
import { KvService } from './generated/services.js'
import { PacedSink } from './paced-sink.js'

/** etcdserverpb.KV. */
export function kvRoutes(store: Store): Route[] {
  return [
    storeRoute({ ...KvService.range, response: EncodingRangeResponse }, (request, options) =>
      store.range(request, options),
    ),
    stream(KvService.rangeStream, (requests, sink, context) =>
      rangeStream(store, requests, sink, context),
    ),
    storeRoute(KvService.put, (request, options) => store.put(request, options)),
    storeRoute(KvService.deleteRange, (request, options) => store.deleteRange(request, options)),
    storeRoute(KvService.txn, (request, options) => store.txn(request, options)),
    storeRoute(KvService.compact, (request, options) => store.compact(request, options)),
  ]
}

/** The next piece is read when the caller has taken the last one, so nothing piles up here. */
async function rangeStream(
  store: Store,
  requests: AsyncIterable<RangeRequest>,
  sink: ResponseSink<RangeStreamResponse>,
  context: CallContext,
): Promise<void> {
  const options = callOptions(context)
  const paced = new PacedSink(sink, context.signal)
  for await (const request of requests) {
    for await (const rangeResponse of store.rangeStream(request, options)) {
      paced.send(RangeStreamResponse.create({ rangeResponse }))
      await paced.room()
    }
    return
  }
}
