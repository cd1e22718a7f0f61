import { type Address, endpointOf } from '../base/address.js'
import { toHexId } from '../base/ids.js'
import type { Logger } from '../base/logger.js'
import type { ReplicatedStore, Store } from '../store/index.js'
import { checkAddresses } from './addresses.js'
import { ClientHost } from './client-host.js'
import { ClosingStack } from './closing-stack.js'
import type { MemberConfiguration } from './configuration/index.js'
import type { DataDirectory } from './data-directory.js'
import { KnownMember } from './known-member.js'
import type { MemberIdentity } from './member-record.js'
import { openMemberStore } from './member-store.js'
import { PeerHost } from './peer-host.js'
import { Patience } from './readiness.js'

export interface MemberOptions {
  readonly configuration: MemberConfiguration
  readonly logger: Logger
  /** Aborting gives up the start; what was opened is closed. */
  readonly signal?: AbortSignal | undefined
  /** Called once when a running member cannot go on, such as after a failed write. */
  readonly onFatal: (error: Error) => void
}

/** One member of a cluster: everything from its sockets to its disk. */
export class Member {
  readonly store: Store
  /** Where it listens for clients, in the order of the configured URLs. */
  readonly addresses: readonly Address[]
  readonly #identity: MemberIdentity
  readonly #opened: ClosingStack

  private constructor(
    { store, identity }: OpenedData,
    addresses: readonly Address[],
    opened: ClosingStack,
  ) {
    this.store = store
    this.addresses = addresses
    this.#identity = identity
    this.#opened = opened
  }

  /**
   * Opens everything, and resolves when requests are served.
   * @throws MetastoreError `address-unusable`, `data-directory-unusable`, `log-corrupt`,
   *   `data-corrupt`, `no-space`, `disk-failed`; the reason of `signal` when that aborts
   */
  static async start(options: MemberOptions): Promise<Member> {
    const opened = new ClosingStack()
    const trouble = new Trouble(options.onFatal)
    try {
      const data = await openData(options, opened, trouble)
      const host = await openToClients(options, data, opened)
      trouble.startReporting()
      return new Member(data, host.addresses, opened)
    } catch (error) {
      await opened.close().catch((closeError: unknown) => {
        options.logger.error('trouble while closing', { error: closeError })
      })
      throw trouble.first ?? error
    }
  }

  /** Whether there are others in its cluster, one of which can lead it. */
  get hasPeers(): boolean {
    return this.#identity.founders.length > 1
  }

  /**
   * R12: stops accepting clients, drains, hands leadership over, closes the store, leaves its peers and
   * lets go of the directory. Idempotent.
   */
  close(): Promise<void> {
    return this.#opened.close()
  }
}

/** Keeps what goes wrong for good until somebody can be told. */
class Trouble {
  first: Error | undefined
  #reporting = false
  readonly #report: (error: Error) => void

  constructor(report: (error: Error) => void) {
    this.#report = report
  }

  readonly note = (error: Error): void => {
    if (this.first !== undefined) return
    this.first = error
    if (this.#reporting) this.#report(error)
  }

  /** From here on; what was noted before is thrown by the start. */
  startReporting(): void {
    if (this.first !== undefined) throw this.first
    this.#reporting = true
  }
}

interface OpenedData {
  readonly store: ReplicatedStore
  readonly identity: MemberIdentity
}

async function openData(
  { configuration, logger, signal }: MemberOptions,
  opened: ClosingStack,
  trouble: Trouble,
): Promise<OpenedData> {
  await checkAddresses([...configuration.listenClientUrls, ...(configuration.listenPeerUrls ?? [])])
  signal?.throwIfAborted()
  const known = await KnownMember.find(configuration)
  const { identity, hasData } = known
  let directory: DataDirectory | undefined
  // What was opened first closes last, and others may take the directory only when the ports are free.
  opened.push(() => directory?.close())
  if (!known.mustAskPeers) directory = await known.openDirectory(logger)
  logger.info('starting member', {
    name: configuration.name,
    memberId: toHexId(identity.memberId),
    clusterId: toHexId(identity.clusterId),
    engine: identity.engine,
    dataDirectory: configuration.dataDirectory ?? 'none',
    members: identity.founders.map(({ id, name }) => `${name}=${toHexId(id)}`),
  })
  const peers = await PeerHost.open({ configuration, identity, hasData, logger })
  opened.push(() => peers.close())
  if (known.mustAskPeers) {
    const others = identity.founders.filter(({ id }) => id !== identity.memberId)
    known.requireNew(await peers.memory.findWitness(others, signal))
    directory = await known.openDirectory(logger)
  }
  const store = await openMemberStore({
    ...{ configuration, identity, directory, logger, onFatal: trouble.note },
    transport: peers.transport(identity.clusterId),
  })
  opened.push(() => store.close())
  peers.memory.answerFrom(store)
  return { store, identity }
}

/**
 * Serves clients as soon as a leader is known and the log is applied. Where that takes longer than a
 * start may wait, they are served all the same, as etcd does.
 */
async function openToClients(
  { configuration, logger, signal }: MemberOptions,
  { store, identity }: OpenedData,
  opened: ClosingStack,
): Promise<ClientHost> {
  const patience = new Patience({
    timeoutMs: configuration.waitClusterReadyTimeoutMs,
    pauseMs: configuration.heartbeatIntervalMs,
    signal,
  })
  const isReady = await patience.untilApplied(store)
  const host = await ClientHost.open(configuration, store, logger)
  opened.push(() => host.close())
  const published = store.publish({
    id: identity.memberId,
    name: configuration.name,
    peerUrls: ownPeerUrls(configuration, identity),
    clientUrls:
      configuration.advertiseClientUrls ??
      host.addresses.map((address) => `http://${endpointOf(address)}`),
  })
  if (!isReady || !(await patience.until(published))) {
    logger.warn('timed out waiting for the cluster; clients are served without a leader')
  }
  return host
}

/** What was said at the founding holds as long as there is data from then. */
function ownPeerUrls(
  { initialAdvertisePeerUrls }: MemberConfiguration,
  { founders, memberId }: MemberIdentity,
): readonly string[] {
  const urls = founders.find(({ id }) => id === memberId)?.peerUrls ?? []
  return urls.length > 0 ? urls : initialAdvertisePeerUrls
}
