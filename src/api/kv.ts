import type { CallContext } from '../rpc/call-context.js'
import { type ResponseSink, type Route, stream, unary } from '../rpc/method.js'
import type { Store } from '../store/store.js'
import { type RangeRequest, RangeStreamResponse } from '../wire/index.js'
import { KvService } from './generated/services.js'
import { PacedSink } from './paced-sink.js'

/** etcdserverpb.KV. */
export function kvRoutes(store: Store): Route[] {
  return [
    unary(KvService.range, (request, context) => store.range(request, context)),
    stream(KvService.rangeStream, (requests, sink, context) =>
      rangeStream(store, requests, sink, context),
    ),
    unary(KvService.put, (request, context) => store.put(request, context)),
    unary(KvService.deleteRange, (request, context) => store.deleteRange(request, context)),
    unary(KvService.txn, (request, context) => store.txn(request, context)),
    unary(KvService.compact, (request, context) => store.compact(request, context)),
  ]
}

/** The next piece is read when the caller has taken the last one, so nothing piles up here. */
async function rangeStream(
  store: Store,
  requests: AsyncIterable<RangeRequest>,
  sink: ResponseSink<RangeStreamResponse>,
  context: CallContext,
): Promise<void> {
  const paced = new PacedSink(sink, context.signal)
  for await (const request of requests) {
    for await (const rangeResponse of store.rangeStream(request, context)) {
      paced.send(RangeStreamResponse.create({ rangeResponse }))
      await paced.room()
    }
    return
  }
}
