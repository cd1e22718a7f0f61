import { endpointOf } from '../base/address.js'
import { silentLogger } from '../base/logger.js'
import type { Store } from '../store/index.js'
import { Member } from './member.js'
import { configurationFrom, type MetastoreOptions } from './metastore-options.js'

/**
 * A server inside this process: the same member as the command runs. Any number of them can run at
 * once; each owns what it opened, and nothing is shared.
 */
export class Metastore implements AsyncDisposable {
  /** Where clients reach it, such as `127.0.0.1:35251`; what etcd3 takes as `hosts`. */
  readonly endpoints: readonly string[]
  /** The same data without the way over the network. */
  readonly store: Store
  readonly #member: Member

  private constructor(member: Member) {
    this.#member = member
    this.store = member.store
    this.endpoints = member.addresses.map(endpointOf)
  }

  /**
   * Starts a server, and resolves when it serves. What was opened is closed when the start fails.
   * @throws MetastoreError `configuration-invalid`, `address-unusable`, `data-directory-unusable`,
   *   `log-corrupt`, `data-corrupt`, `no-space`, `disk-failed`
   */
  static async create(options: MetastoreOptions = {}): Promise<Metastore> {
    const configuration = configurationFrom(options)
    const logger = options.logger ?? silentLogger
    const onFatal = (error: Error) => {
      options.onFatal?.(error)
      starting
        .then((member) => member.close())
        .catch((closeError: unknown) =>
          logger.error('trouble while closing', { error: closeError }),
        )
    }
    const starting = Member.start({ configuration, logger, onFatal })
    return new Metastore(await starting)
  }

  /** Stops accepting, lets calls under way finish, and releases everything. Idempotent. */
  close(): Promise<void> {
    return this.#member.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
