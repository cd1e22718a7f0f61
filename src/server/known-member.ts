import type { MetastoreError } from '../base/errors.js'
import { clusterIdOf, foundingMemberId, toHexId } from '../base/ids.js'
import type { Logger } from '../base/logger.js'
import { configurationError, type MemberConfiguration } from './configuration/index.js'
import { DataDirectory, type DataDirectoryOptions } from './data-directory.js'
import {
  directoryError,
  type IdentityClaim,
  isSameMember,
  type MemberIdentity,
} from './member-record.js'
import type { Witness } from './peer-memory.js'

/** What a start finds of a member's past. */
export class KnownMember {
  /** Whether there is data from then. */
  readonly hasData: boolean
  readonly identity: MemberIdentity
  readonly #claim: IdentityClaim
  readonly #options: DataDirectoryOptions | undefined

  private constructor(
    claim: IdentityClaim,
    options: DataDirectoryOptions | undefined,
    known: MemberIdentity | undefined,
  ) {
    this.hasData = known !== undefined
    this.identity = known ?? claim.identity
    this.#claim = claim
    this.#options = options
  }

  /**
   * Looks, and touches nothing.
   * @throws MetastoreError `configuration-invalid`, `data-directory-unusable`
   */
  static async find(configuration: MemberConfiguration): Promise<KnownMember> {
    const { dataDirectory, walDirectory, initialClusterState } = configuration
    const claim = identityClaim(configuration)
    const options = dataDirectory === undefined ? undefined : { dataDirectory, walDirectory, claim }
    const known = options === undefined ? undefined : await DataDirectory.inspect(options)
    if (known === undefined && initialClusterState === 'existing') {
      throw configurationError(
        '--initial-cluster-state: "existing" is for a member that has data; ' +
          'joining a cluster without any is not supported yet',
      )
    }
    return new KnownMember(claim, options, known)
  }

  /** Whether its promises of an earlier time may be lost, which others would remember. */
  get mustAskPeers(): boolean {
    return !this.hasData && this.identity.founders.length > 1
  }

  /** @throws MetastoreError `data-directory-unusable` when there is a witness */
  requireNew(witness: Witness | undefined): void {
    if (witness === undefined) return
    const member = `member ${toHexId(this.identity.memberId)}`
    const peer = `member ${toHexId(witness.id)}`
    throw this.#error(
      witness.says === 'remembers'
        ? `${member} has already been bootstrapped, as ${peer} remembers; ` +
            'without its data it could break the promises it has made'
        : `${peer} has not said in time whether ${member} has already been bootstrapped; try again`,
    )
  }

  /**
   * Takes the directory, and makes it where it is absent; undefined: nothing survives.
   * @throws MetastoreError `data-directory-unusable`
   */
  async openDirectory(logger: Logger): Promise<DataDirectory | undefined> {
    const directory =
      this.#options === undefined ? undefined : await DataDirectory.open(this.#options)
    if (directory !== undefined && !isSameMember(directory.identity, this.identity)) {
      await directory.close()
      throw directoryError(
        `${this.#options?.dataDirectory}: another member has just been made here`,
      )
    }
    if (this.#claim.saidBy !== undefined && !isSameMember(this.identity, this.#claim.identity)) {
      logger.warn(
        '--initial-cluster has no effect: there is data, and it says who founded the cluster',
      )
    }
    return directory
  }

  #error(problem: string): MetastoreError {
    const directory = this.#options?.dataDirectory
    return directoryError(
      directory === undefined ? problem : `data directory ${directory}: ${problem}`,
    )
  }
}

/** Who a member is by its configuration, with the ids that etcd derives from the same. */
function identityClaim(configuration: MemberConfiguration): IdentityClaim {
  const { engine, name, initialCluster, initialClusterToken } = configuration
  const idOf = (peerUrls: readonly string[]) => foundingMemberId(peerUrls, initialClusterToken)
  const founders = initialCluster.map((member) => ({ id: idOf(member.peerUrls), ...member }))
  return {
    identity: {
      engine,
      name,
      memberId: idOf(configuration.initialAdvertisePeerUrls),
      clusterId: clusterIdOf(founders.map(({ id }) => id)),
      founders,
    },
    saidBy: configuration.identityGiven
      ? '--initial-advertise-peer-urls and --initial-cluster-token make'
      : undefined,
  }
}
