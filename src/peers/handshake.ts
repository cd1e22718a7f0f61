import { MetastoreError } from '../base/errors.js'
import { toHexId } from '../base/ids.js'
import type { MemberId } from '../raft/index.js'
import type { CallContext } from '../rpc/call-context.js'

const keys = {
  cluster: 'metastore-cluster-id',
  from: 'metastore-from-member',
  to: 'metastore-to-member',
} as const

interface Identity {
  readonly clusterId: bigint
  readonly memberId: MemberId
}

/** What each call to `peer` says of who calls whom. */
export function introduction(own: Identity, peer: MemberId): Readonly<Record<string, string>> {
  return {
    [keys.cluster]: toHexId(own.clusterId),
    [keys.from]: toHexId(own.memberId),
    [keys.to]: toHexId(peer),
  }
}

/**
 * Who calls, as the call's metadata says.
 * @throws MetastoreError `cluster-mismatch` for a member of another cluster; `member-mismatch` for one that
 *   looks for another member here, or that `isPeer` does not know
 */
export function callerOf(
  context: CallContext,
  own: Identity,
  isPeer: (id: MemberId) => boolean,
): MemberId {
  if (idIn(context, keys.cluster) !== own.clusterId) throw new MetastoreError('cluster-mismatch')
  if (idIn(context, keys.to) !== own.memberId) throw new MetastoreError('member-mismatch')
  const from = idIn(context, keys.from)
  if (from === undefined || !isPeer(from)) {
    throw new MetastoreError('member-mismatch', 'not a peer of this member')
  }
  return from
}

/** For logs: who it says it is, however wrong. */
export function claimsOf(context: CallContext): Readonly<Record<string, string | undefined>> {
  return {
    address: context.peer,
    claimedCluster: context.metadata(keys.cluster)?.slice(0, 16),
    claimedMember: context.metadata(keys.from)?.slice(0, 16),
    lookedFor: context.metadata(keys.to)?.slice(0, 16),
  }
}

function idIn(context: CallContext, key: string): bigint | undefined {
  const text = context.metadata(key)
  return text !== undefined && /^[0-9a-f]{16}$/.test(text) ? BigInt(`0x${text}`) : undefined
}
