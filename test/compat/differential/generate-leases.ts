import { LeaseService } from '../../../src/api/generated/services.js'
import {
  LeaseGrantRequest,
  LeaseLeasesRequest,
  LeaseRevokeRequest,
  LeaseTimeToLiveRequest,
} from '../../../src/wire/index.js'
import type { Draw } from './draw.js'
import { call, type Operation } from './operation.js'
import type { World } from './world.js'

const ids: readonly bigint[] = [1n, 2n, 3n, 4n, 0x7fff_ffff_ffff_fff0n, -7n]
const briefId = 50n
const largestTtl = 9_000_000_000

export function drawLeaseOperations(draw: Draw, world: World): Operation[] {
  return draw.weighted<() => Operation[]>([
    [30, () => [drawGrant(draw)]],
    [12, () => [revoke(drawId(draw, world))]],
    [16, () => [drawTimeToLive(draw, world)]],
    [16, () => [{ kind: 'keep-alive', leaseId: drawId(draw, world) }]],
    [14, () => [call('leases', LeaseService.leaseLeases, LeaseLeasesRequest.create())]],
    [6, () => [{ kind: 'unnamed-lease', ttl: 1000 }]],
    // A lease this short would expire at a time of its own choosing, so it goes at once.
    [6, () => [grant(briefId, draw.pick([1, 0, -5])), revoke(briefId)]],
  ])()
}

/** Each id has a time to live of its own, far from the others: the list sorts by expiry. */
function drawGrant(draw: Draw): Operation {
  const index = draw.between(0, ids.length - 1)
  const ttl = draw.weighted([
    [92, 10_000 + 1000 * index],
    [4, largestTtl + 1],
    [4, largestTtl],
  ])
  return ttl === largestTtl ? grant(60n, ttl) : grant(ids[index] ?? 1n, ttl)
}

function drawTimeToLive(draw: Draw, world: World): Operation {
  const request = LeaseTimeToLiveRequest.create({
    id: drawId(draw, world),
    keys: draw.chance(60),
  })
  return call('time to live', LeaseService.leaseTimeToLive, request)
}

function drawId(draw: Draw, world: World): bigint {
  if (world.leases.size === 0 || draw.chance(15)) return draw.pick([99n, 0n, ...ids])
  return draw.pick([...world.leases])
}

function grant(id: bigint, ttl: number): Operation {
  return call('grant', LeaseService.leaseGrant, LeaseGrantRequest.create({ id, ttl }))
}

function revoke(id: bigint): Operation {
  return call('revoke', LeaseService.leaseRevoke, LeaseRevokeRequest.create({ id }))
}
