import type { Clock } from '../base/clock.js'
import { MetastoreError } from '../base/errors.js'
import { pause } from '../base/pause.js'
import type { CallContext } from '../rpc/call-context.js'
import { type ResponseSink, type Route, stream, unary } from '../rpc/method.js'
import type { Store } from '../store/store.js'
import { type HealthCheckRequest, HealthCheckResponse, ServingStatus } from '../wire/index.js'
import { HealthService } from './generated/services.js'
import { lacksLeader } from './leader-requirement.js'

/** How often a watched health is looked at. */
const lookIntervalMs = 1000

/** grpc.health.v1.Health. The only service it knows is the member as a whole, named by nothing. */
export function healthRoutes(store: Store, clock: Clock): Route[] {
  return [
    unary(HealthService.check, (request) => check(store, request)),
    stream(HealthService.watch, (requests, sink, context) =>
      watch(store, clock, requests, sink, context),
    ),
  ]
}

function check(store: Store, request: HealthCheckRequest): HealthCheckResponse {
  if (request.service !== '') throw new MetastoreError('unknown-service')
  return { status: healthOf(store) }
}

/** The status now, and then each change of it, until the caller leaves. */
async function watch(
  store: Store,
  clock: Clock,
  requests: AsyncIterable<HealthCheckRequest>,
  sink: ResponseSink<HealthCheckResponse>,
  context: CallContext,
): Promise<void> {
  for await (const request of requests) {
    const look = () => (request.service === '' ? healthOf(store) : ServingStatus.SERVICE_UNKNOWN)
    let told: number | undefined
    while (!context.signal.aborted) {
      const status = look()
      if (status !== told) sink.send(HealthCheckResponse.create({ status }))
      told = status
      await pause(clock, lookIntervalMs, context.signal)
    }
    return
  }
}

function healthOf(store: Store): number {
  const raft = store.getRaftStatus()
  const serves = raft.state !== 'unknown' && !lacksLeader(raft)
  return serves ? ServingStatus.SERVING : ServingStatus.NOT_SERVING
}
