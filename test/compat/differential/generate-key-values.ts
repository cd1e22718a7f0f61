import { KvService } from '../../../src/api/generated/services.js'
import {
  CompactionRequest,
  DeleteRangeRequest,
  PutRequest,
  RangeRequest,
} from '../../../src/wire/index.js'
import type { Draw } from './draw.js'
import { drawKey, drawRange, drawValue } from './keys.js'
import { call, type Operation } from './operation.js'
import type { World } from './world.js'

const unknownSortOrder = 7

export function drawRangeCall(draw: Draw, world: World): Operation {
  const request = drawRangeRequest(draw, world)
  if (draw.chance(1.5)) request.sortOrder = unknownSortOrder
  return call('range', KvService.range, request)
}

/** Without what only a whole range can do: sort otherwise than by key, and filter by revision. */
export function drawRangeStream(draw: Draw, world: World): Operation {
  const filters = ['minModRevision', 'maxModRevision', 'minCreateRevision', 'maxCreateRevision']
  const plain = Object.fromEntries(filters.map((name) => [name, 0]))
  const sortOrder = draw.pick([0, 1])
  const request = { ...drawRangeRequest(draw, world), ...plain, sortTarget: 0, sortOrder }
  return { kind: 'range-stream', request }
}

export function drawPutCall(draw: Draw, world: World): Operation {
  return call('put', KvService.put, drawPutRequest(draw, world))
}

export function drawDeleteCall(draw: Draw): Operation {
  return call('delete range', KvService.deleteRange, drawDeleteRequest(draw))
}

/** The oracle dies of an unknown sort target, so there is none. */
export function drawRangeRequest(draw: Draw, world: World): RangeRequest {
  const someRevision = () => (draw.chance(5) ? draw.between(-1, world.revision + 1) : 0)
  return RangeRequest.create({
    ...drawRange(draw),
    limit: draw.weighted([
      [60, 0],
      [36, draw.between(1, 6)],
      [3, -1],
      [1, 2 ** 52],
    ]),
    revision: drawReadRevision(draw, world),
    sortOrder: draw.pick([0, 0, 1, 2]),
    sortTarget: draw.pick([0, 0, 1, 2, 3, 4]),
    serializable: draw.chance(30),
    keysOnly: draw.chance(15),
    countOnly: draw.chance(10),
    minModRevision: someRevision(),
    maxModRevision: someRevision(),
    minCreateRevision: someRevision(),
    maxCreateRevision: someRevision(),
  })
}

function drawReadRevision(draw: Draw, world: World): number {
  return draw.weighted<() => number>([
    [64, () => 0],
    [22, () => draw.between(Math.max(1, world.compactedRevision), world.revision)],
    [5, () => draw.between(1, world.revision)],
    [4, () => world.revision + draw.between(1, 3)],
    [3, () => world.compactedRevision + draw.between(-1, 1)],
    [2, () => draw.pick([-1, -5])],
  ])()
}

/** `key` given: a put that has nothing wrong with its key. */
export function drawPutRequest(draw: Draw, world: World, key?: Buffer): PutRequest {
  const ignoreValue = draw.chance(5)
  const ignoreLease = draw.chance(5)
  const lease = drawLeaseId(draw, world)
  return PutRequest.create({
    key: key ?? drawKey(draw),
    value: ignoreValue && draw.chance(85) ? Buffer.alloc(0) : drawValue(draw),
    lease: ignoreLease && draw.chance(85) ? 0n : lease,
    prevKv: draw.chance(40),
    ignoreValue,
    ignoreLease,
  })
}

function drawLeaseId(draw: Draw, world: World): bigint {
  if (draw.chance(65)) return 0n
  return draw.chance(4) || world.leases.size === 0 ? 99n : draw.pick([...world.leases])
}

/** `key` given: a delete of exactly that key. Mostly of one key, so that some are left to read. */
export function drawDeleteRequest(draw: Draw, key?: Buffer): DeleteRangeRequest {
  const oneKey = key ?? (draw.chance(60) ? drawKey(draw) : undefined)
  const range = oneKey === undefined ? drawRange(draw) : { key: oneKey }
  return DeleteRangeRequest.create({ ...range, prevKv: draw.chance(50) })
}

export function drawCompaction(draw: Draw, world: World): Operation {
  const { revision, compactedRevision } = world
  const target = draw.weighted<() => number>([
    [80, () => draw.between(Math.max(0, compactedRevision + 1), revision)],
    [8, () => Math.max(0, compactedRevision - draw.between(0, 1))],
    [8, () => revision + draw.between(1, 2)],
    [4, () => -3],
  ])()
  const request = CompactionRequest.create({ revision: target, physical: draw.chance(50) })
  return call('compact', KvService.compact, request)
}
