import { WatchCreateRequest } from '../../../src/wire/index.js'
import type { Draw } from './draw.js'
import { drawRange } from './keys.js'
import type { Operation } from './operation.js'
import type { World } from './world.js'

const streamCount = 3
const unknownFilter = 5

export function drawWatchCreate(draw: Draw, world: World): Operation {
  const filters = draw.weighted<number[]>([
    [65, []],
    [15, [0]],
    [15, [1]],
    [3, [0, 1]],
    [2, [unknownFilter]],
  ])
  const request = WatchCreateRequest.create({
    ...drawRange(draw),
    // A watch that delivers nothing never proves that it has caught up with the past.
    startRevision: filters.length === 2 ? 0 : drawStartRevision(draw, world),
    filters,
    prevKv: draw.chance(50),
    progressNotify: draw.chance(10),
    watchId: draw.chance(80) ? 0n : BigInt(draw.pick([1, 2, 3, 4, 5, 6, 7, 8, -2])),
    fragment: draw.chance(15),
  })
  return { kind: 'watch-create', stream: draw.between(0, streamCount - 1), request }
}

/** Never negative: the oracle would give such a watch an id, and all later ids would differ. */
function drawStartRevision(draw: Draw, world: World): number {
  const oldest = Math.max(1, world.compactedRevision)
  return draw.weighted<() => number>([
    [50, () => 0],
    [25, () => draw.between(oldest, world.revision)],
    [8, () => oldest],
    [7, () => draw.between(1, oldest)],
    [10, () => world.revision + draw.between(1, 5)],
  ])()
}

/** Ends all servers and starts them again; then every watch there was goes on from somewhere before. */
export function drawRestart(draw: Draw, world: World): Operation[] {
  const { revision, compactedRevision, watches } = world
  const oldest = Math.max(1, compactedRevision)
  const resumed = [...watches].map(({ stream, watchId, request }): Operation => {
    const startRevision = request.filters.length === 2 ? 0 : draw.between(oldest, revision + 1)
    return { kind: 'watch-create', stream, request: { ...request, watchId, startRevision } }
  })
  return [{ kind: 'restart', hard: draw.chance(50) }, ...resumed]
}

export function drawWatchCancel(draw: Draw, world: World): Operation {
  const known = [...world.watches]
  if (known.length === 0 || draw.chance(5)) {
    return { kind: 'watch-cancel', stream: draw.between(0, streamCount - 1), watchId: 77n }
  }
  const { stream, watchId } = draw.pick(known)
  return { kind: 'watch-cancel', stream, watchId }
}

export function drawWatchProgress(draw: Draw): Operation {
  return { kind: 'watch-progress', stream: draw.between(0, streamCount - 1) }
}

export function drawWatchClose(draw: Draw): Operation {
  return { kind: 'watch-close', stream: draw.between(0, streamCount - 1) }
}
