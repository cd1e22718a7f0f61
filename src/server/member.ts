import { setTimeout as pause } from 'node:timers/promises'
import { MetastoreError } from '../base/errors.js'
import { toHexId } from '../base/ids.js'
import type { Logger } from '../base/logger.js'
import type { Store } from '../store/index.js'
import { ClientHost, checkAddresses, type ServedAddress } from './client-host.js'
import { ClosingStack } from './closing-stack.js'
import type { MemberConfiguration } from './configuration/index.js'
import { openKnownMember } from './known-member.js'
import { openMemberStore } from './member-store.js'

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
  /** Where it listens, in the order of the configured URLs. */
  readonly addresses: readonly ServedAddress[]
  readonly #opened: ClosingStack

  private constructor(store: Store, addresses: readonly ServedAddress[], opened: ClosingStack) {
    this.store = store
    this.addresses = addresses
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
      const store = await openData(options, opened, trouble)
      await whenReady(store, options)
      const host = await ClientHost.open(options.configuration, store, options.logger)
      opened.push(() => host.close())
      trouble.startReporting()
      return new Member(store, host.addresses, opened)
    } catch (error) {
      await opened.close().catch((closeError: unknown) => {
        options.logger.error('trouble while closing', { error: closeError })
      })
      throw trouble.first ?? error
    }
  }

  /** R12: stops accepting, drains, closes the store, lets go of the directory. Idempotent. */
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

async function openData(
  { configuration, logger, signal }: MemberOptions,
  opened: ClosingStack,
  trouble: Trouble,
): Promise<Store> {
  await checkAddresses([...configuration.listenClientUrls, ...(configuration.listenPeerUrls ?? [])])
  signal?.throwIfAborted()
  const { identity, directory } = await openKnownMember(configuration, logger)
  if (directory !== undefined) opened.push(() => directory.close())
  logger.info('starting member', {
    name: configuration.name,
    memberId: toHexId(identity.memberId),
    clusterId: toHexId(identity.clusterId),
    engine: identity.engine,
    dataDirectory: configuration.dataDirectory ?? 'none',
    members: identity.founders.map(({ id, name }) => `${name}=${toHexId(id)}`),
  })
  const onFatal = trouble.note
  const store = await openMemberStore({ configuration, identity, directory, logger, onFatal })
  opened.push(() => store.close())
  return store
}

/**
 * Waits until a leader is known and the log is applied as far as it was at the start; where that takes
 * longer than `timeoutMs`, clients are served all the same, as etcd does.
 */
async function whenReady(
  store: Store,
  { configuration, logger, signal }: MemberOptions,
): Promise<void> {
  const timeout = AbortSignal.timeout(configuration.waitClusterReadyTimeoutMs)
  const waiting = signal === undefined ? timeout : AbortSignal.any([signal, timeout])
  while (!waiting.aborted) {
    try {
      await store.range({ key: Buffer.of(0) }, { signal: waiting })
      return
    } catch (error) {
      if (waiting.aborted) break
      if (!isPassing(error)) throw error
      await pause(configuration.heartbeatIntervalMs)
    }
  }
  signal?.throwIfAborted()
  logger.warn('timed out waiting for the cluster; clients are served without a leader')
}

/** Whether it is what a cluster that is still coming together answers. */
function isPassing(error: unknown): boolean {
  return (
    error instanceof MetastoreError &&
    ['request-timed-out', 'no-leader', 'leader-changed'].includes(error.code)
  )
}
