import { clusterIdOf, foundingMemberId } from '../base/ids.js'
import type { Logger } from '../base/logger.js'
import { configurationError, type MemberConfiguration } from './configuration/index.js'
import { DataDirectory } from './data-directory.js'
import type { IdentityClaim, MemberIdentity } from './member-record.js'

/** What a start finds or makes of a member's past. */
interface KnownMember {
  readonly identity: MemberIdentity
  /** undefined: nothing survives. */
  readonly directory: DataDirectory | undefined
}

/**
 * Opens the data of a member where it has some, or makes a place for it.
 * @throws MetastoreError `configuration-invalid`, `data-directory-unusable`
 */
export async function openKnownMember(
  configuration: MemberConfiguration,
  logger: Logger,
): Promise<KnownMember> {
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
  const directory = options === undefined ? undefined : await DataDirectory.open(options)
  const identity = directory?.identity ?? claim.identity
  if (claim.saidBy !== undefined && identity.clusterId !== claim.identity.clusterId) {
    logger.warn(
      '--initial-cluster has no effect: there is data, and it says who founded the cluster',
    )
  }
  return { identity, directory }
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
