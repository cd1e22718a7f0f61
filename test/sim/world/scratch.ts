import type { Clock } from '../../../src/base/clock.js'
import { MemoryScratch } from '../../support/memory-scratch.js'

const sizeBytes = 64 * 1024
const writeMs = 7
/** Of reads and of writes, one in so many. */
const slowEvery = 29
const lostEvery = 41
const failsEvery = 400

/** Small enough that what was written first is overwritten all the time; not all of it can be read again. */
export function simulatedScratch(clock: Clock): MemoryScratch {
  let reads = 0
  let writes = 0
  return new MemoryScratch({
    sizeBytes,
    written: () => new Promise((resolve) => clock.schedule(writeMs, resolve)),
    fails: () => ++writes % failsEvery === 0,
    outcome: () => {
      reads++
      if (reads % slowEvery === 0) return 'slow'
      return reads % lostEvery === 0 ? 'lost' : 'done'
    },
  })
}
