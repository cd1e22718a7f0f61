import type { Draw } from './draw.js'
import { drawHash } from './generate-hashes.js'
import {
  drawCompaction,
  drawDeleteCall,
  drawPutCall,
  drawRangeCall,
  drawRangeStream,
} from './generate-key-values.js'
import { drawLeaseOperations } from './generate-leases.js'
import { drawTransaction } from './generate-transactions.js'
import {
  drawRestart,
  drawWatchCancel,
  drawWatchClose,
  drawWatchCreate,
  drawWatchProgress,
} from './generate-watches.js'
import type { Operation } from './operation.js'
import type { World } from './world.js'

/** The next operations of a run; mostly one, or a few that belong together. */
export function drawOperations(draw: Draw, world: World): Operation[] {
  return draw.weighted<() => Operation[]>([
    [250, () => [drawPutCall(draw, world)]],
    [230, () => [drawRangeCall(draw, world)]],
    [30, () => [drawRangeStream(draw, world)]],
    [80, () => [drawDeleteCall(draw)]],
    [180, () => [drawTransaction(draw, world)]],
    [20, () => [drawCompaction(draw, world)]],
    [130, () => drawLeaseOperations(draw, world)],
    [60, () => [drawWatchCreate(draw, world)]],
    [20, () => [drawWatchCancel(draw, world)]],
    [12, () => [drawWatchProgress(draw)]],
    [5, () => [drawWatchClose(draw)]],
    [25, () => [drawHash(draw, world)]],
    [2, () => drawRestart(draw, world)],
    [13, () => [{ kind: 'quiet' }]],
  ])()
}
