import { errorMapping } from '../api/index.js'
import type { Logger } from '../base/logger.js'
import { SystemRandom } from '../base/random.js'
import { systemClock } from '../base/system-clock.js'
import type { Transport } from '../node/index.js'
import { PeerNetwork } from '../peers/index.js'
import type { Host } from '../rpc/host.js'
import { Http2Host } from '../rpc/http2/http2-host.js'
import { addressOf } from './addresses.js'
import type { HostUrl, MemberConfiguration } from './configuration/index.js'
import type { MemberIdentity } from './member-record.js'
import { PeerMemory } from './peer-memory.js'

/** Where etcd's members listen for each other. */
const defaultUrl: HostUrl = { text: 'http://localhost:2380', host: 'localhost', port: 2380 }

/** What a log entry holds beside the request that it carries, and a message beside its entry. */
const messageOverheadBytes = 1024 * 1024
const smallestMessageLimitBytes = 16 * 1024 * 1024
/** A connection of a peer carries a few streams, and its questions. */
const maxConcurrentStreams = 10_000
/** In which processes speak for themselves; the others are named after their cluster. */
const processGroupId = 0n

export interface PeerHostOptions {
  readonly configuration: MemberConfiguration
  readonly identity: MemberIdentity
  /** Whether the member starts with data of an earlier time. */
  readonly hasData: boolean
  readonly logger: Logger
}

/** The other members: the sockets at which they reach this one, and the way to them. */
export class PeerHost {
  readonly memory: PeerMemory
  readonly #network: PeerNetwork
  readonly #host: Host

  private constructor(network: PeerNetwork, host: Host, memory: PeerMemory) {
    this.memory = memory
    this.#network = network
    this.#host = host
  }

  /** @throws MetastoreError `address-unusable` */
  static async open(options: PeerHostOptions): Promise<PeerHost> {
    const { configuration, identity, hasData, logger } = options
    const { memberId, clusterId, founders } = identity
    const network = new PeerNetwork({
      ...{ memberId, clusterId, clock: systemClock, random: new SystemRandom(), logger },
      peers: new Map(founders.map(({ id, peerUrls }) => [id, peerUrls])),
      limits: {
        maxMessageBytes: Math.max(
          smallestMessageLimitBytes,
          configuration.maxRequestBytes + messageOverheadBytes,
        ),
      },
    })
    const host = new Http2Host({
      routes: network.routes(),
      describeError: errorMapping(logger),
      maxReceiveBytes: network.maxReceiveBytes,
      maxConcurrentStreams,
      clock: systemClock,
      onTrouble: (error) => logger.error('a connection of a peer met trouble', { error }),
    })
    const memory = new PeerMemory({
      transport: network.transport(processGroupId),
      isConnected: (id) => network.isConnected(id),
      ...{ hasData, clock: systemClock },
    })
    const opened = new PeerHost(network, host, memory)
    try {
      for (const url of urlsToListenOn(configuration, identity)) {
        const port = await host.bind(addressOf(url), url.port)
        logger.info('listening for peers', { host: addressOf(url), port })
      }
      return opened
    } catch (error) {
      await opened.close()
      throw error
    }
  }

  /** The way of one group of members. */
  transport(groupId: bigint): Transport {
    return this.#network.transport(groupId)
  }

  /** Gives up what is under way. Idempotent. */
  async close(): Promise<void> {
    await this.memory.close()
    await this.#network.close()
    await this.#host.close({ graceMs: 0 })
  }
}

function urlsToListenOn(
  { listenPeerUrls }: MemberConfiguration,
  { founders }: MemberIdentity,
): readonly HostUrl[] {
  return listenPeerUrls ?? (founders.length > 1 ? [defaultUrl] : [])
}
