import { MaintenanceService } from '../../../src/api/generated/services.js'
import { HashKVRequest } from '../../../src/wire/index.js'
import type { Draw } from './draw.js'
import { call, type Operation } from './operation.js'
import type { World } from './world.js'

export function drawHash(draw: Draw, { revision, compactedRevision }: World): Operation {
  const oldest = Math.max(1, compactedRevision)
  return hashKv(
    draw.weighted<() => number>([
      [30, () => 0],
      [46, () => draw.between(oldest, revision)],
      [10, () => oldest + draw.between(-1, 1)],
      [6, () => revision],
      [5, () => revision + draw.between(1, 2)],
      [3, () => -4],
    ])(),
  )
}

/** The hash of all pairs at a revision; 0: the current one. */
export function hashKv(revision: number): Operation & { kind: 'call' } {
  return call('hash kv', MaintenanceService.hashKv, HashKVRequest.create({ revision }))
}

const finalHashCount = 20

/** Hashes of the current revision, the compacted one, and some between. */
export function finalHashes(compactedRevision: number, revision: number): Operation[] {
  const oldest = Math.max(1, compactedRevision)
  const step = Math.max(1, Math.floor((revision - oldest) / finalHashCount))
  const past: Operation[] = []
  for (let each = oldest; each < revision; each += step) past.push(hashKv(each))
  return [...past, hashKv(0)]
}
