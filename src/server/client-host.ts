import { errorMapping, memberRoutes } from '../api/index.js'
import type { Address } from '../base/address.js'
import { etcdApiVersion, etcdStorageVersion } from '../base/api-version.js'
import type { Logger } from '../base/logger.js'
import { systemClock } from '../base/system-clock.js'
import type { Host, HostOptions } from '../rpc/host.js'
import { Http2Host } from '../rpc/http2/http2-host.js'
import type { Store } from '../store/index.js'
import { addressOf } from './addresses.js'
import type { MemberConfiguration } from './configuration/index.js'

/** What gRPC may carry around a request of the largest size. */
const messageOverheadBytes = 512 * 1024

/** How long calls that are under way at the end may run on. */
const closeGraceMs = 700

/** A store's clients: their sockets and calls. */
export class ClientHost {
  /** In the order of the configured URLs. */
  readonly addresses: readonly Address[]
  readonly #host: Host

  private constructor(host: Host, addresses: readonly Address[]) {
    this.#host = host
    this.addresses = addresses
  }

  /** @throws MetastoreError `address-unusable` */
  static async open(
    configuration: MemberConfiguration,
    store: Store,
    logger: Logger,
  ): Promise<ClientHost> {
    const host = await makeHost(configuration, logger, {
      routes: memberRoutes({
        store,
        versions: { api: etcdApiVersion, storage: etcdStorageVersion },
        clock: systemClock,
        electionTimeoutMs: configuration.electionTimeoutMs,
      }),
      describeError: errorMapping(logger),
      maxReceiveBytes: configuration.maxRequestBytes + messageOverheadBytes,
      maxConcurrentStreams: configuration.maxConcurrentStreams,
    })
    const addresses: Address[] = []
    try {
      for (const url of configuration.listenClientUrls) {
        const address = addressOf(url)
        addresses.push({ host: address, port: await host.bind(address, url.port) })
      }
      return new ClientHost(host, addresses)
    } catch (error) {
      await host.close({ graceMs: 0 })
      throw error
    }
  }

  /** Stops accepting and lets calls under way finish, within bounds. Idempotent. */
  close(): Promise<void> {
    return this.#host.close({ graceMs: closeGraceMs })
  }
}

/** grpc-js takes some 60 ms of the processor to load, which a start without it need not wait for. */
async function makeHost(
  { grpcServer }: MemberConfiguration,
  logger: Logger,
  options: HostOptions,
): Promise<Host> {
  if (grpcServer === 'grpc-js') {
    const { GrpcJsHost } = await import('../rpc/grpc-js/grpc-js-host.js')
    return new GrpcJsHost(options)
  }
  const onTrouble = (error: unknown) => logger.error('a connection met trouble', { error })
  return new Http2Host({ ...options, clock: systemClock, onTrouble })
}
