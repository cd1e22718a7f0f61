import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { temporaryFolder } from '../../support/temporary-folder.js'
import { Latencies } from '../load/latencies.js'
import type { Outcome, Step } from '../measurement.js'

/** About what a log keeps of a put of 256 bytes. */
const writeBytes = 400
const fileBytes = 4 * 1024 * 1024

/**
 * What a log could do at best at that moment: a file that is there already, written and synced (fdatasync) piece after
 * piece by this process. A piece that is due while one before it is written waits, and that counts.
 */
export function bareDiskStep(writesPerSecond: number): Step<unknown> {
  return {
    rows: [
      { name: `${writesPerSecond} synced writes a second of a bare file, longest`, unit: 'ms' },
    ],
    measure: async (_subject, { measureSeconds }) => [
      await syncedWrites(measureSeconds, writesPerSecond),
    ],
  }
}

async function syncedWrites(seconds: number, writesPerSecond: number): Promise<Outcome> {
  await using folder = await temporaryFolder('bench')
  await using file = await open(join(folder.path, 'bare'), 'w')
  await file.write(Buffer.alloc(fileBytes))
  await file.sync()
  const piece = Buffer.alloc(writeBytes, 'w')
  const latencies = new Latencies()
  const from = performance.now()
  for (let made = 0; made < writesPerSecond * seconds; made++) {
    const dueAt = from + (made * 1000) / writesPerSecond
    const earlyMs = dueAt - performance.now()
    if (earlyMs > 0) await pause(earlyMs)
    const startedAt = earlyMs > 0 ? performance.now() : dueAt
    await file.write(piece, 0, writeBytes, (made * writeBytes) % (fileBytes - writeBytes))
    await file.datasync()
    latencies.record(performance.now() - startedAt)
  }
  const latency = latencies.summary()
  return { figure: latency.maxMs, latency }
}
