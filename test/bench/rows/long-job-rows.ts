import { setTimeout as pause } from 'node:timers/promises'
import { KvService, MaintenanceService } from '../../../src/api/generated/services.js'
import {
  CompactionRequest,
  DeleteRangeRequest,
  HashKVRequest,
  RangeRequest,
} from '../../../src/wire/index.js'
import { RawClient } from '../../support/raw-client.js'
import { closedLoopOf, durationOf, fillOf, openLoopOf } from '../load/jobs.js'
import { distinctKey } from '../load/messages.js'
import type { Outcome, RunTime, Step } from '../measurement.js'
import { bareDiskStep } from './bare-disk-row.js'
import type { DataSet } from './data-set.js'

const putsPerSecond = 500
const longestJobMs = 3_600_000

/** Work that takes long on a large data set: what it takes, and what puts beside it notice. */
interface LongJob {
  readonly name: string
  /** A job that has a row of its own for how long it takes. */
  readonly timed: boolean
  prepare?(data: DataSet): Promise<unknown>
  /** Answers milliseconds where it is timed, or why it cannot be done. */
  run(data: DataSet, time: RunTime): Promise<number | { readonly omitted: string }>
  cleanUp?(data: DataSet): Promise<unknown>
}

/** They begin with what the disk gives to a log at that time. */
export function longJobSteps(keys: number): readonly Step<DataSet>[] {
  const all = keys.toLocaleString('en-US')
  const ranged = Math.min(10_000, keys)
  const jobs: LongJob[] = [
    { name: 'nothing', timed: false, run: (_data, time) => pause(time.measureSeconds * 1000, 0) },
    { name: `counts of ${all} keys`, timed: false, run: rangesOf(keys, keys, true) },
    {
      name: `ranges of ${ranged.toLocaleString('en-US')} keys`,
      timed: false,
      run: rangesOf(keys, ranged, false),
    },
    { name: `HashKV of ${all} keys`, timed: true, run: hashes },
    deletion(keys),
  ]
  return [bareDiskStep(putsPerSecond), ...jobs.map((job) => besideStep(job, keys))]
}

/** The one of them that removes what others compare. */
export function compactionStep(keys: number): Step<DataSet> {
  return besideStep(compaction(keys), keys)
}

function besideStep(job: LongJob, keys: number): Step<DataSet> {
  const puts = { name: `${putsPerSecond} puts a second beside ${job.name}, longest`, unit: 'ms' }
  return {
    rows: [...(job.timed ? [{ name: job.name, unit: 'ms' }] : []), puts],
    async measure(data, time) {
      await job.prepare?.(data)
      // The first half, so that a deletion at the end stays one of old keys.
      const calls = { kind: 'scattered puts', keys: Math.floor(keys / 2) } as const
      const { result, load } = await data.generator.beside(
        data.port,
        openLoopOf(calls, putsPerSecond, durationOf(time)),
        () => job.run(data, time),
      )
      await job.cleanUp?.(data)
      const took: Outcome = typeof result === 'number' ? { figure: result } : result
      const waited: Outcome =
        typeof result === 'number' && load.latency !== undefined
          ? { figure: load.latency.maxMs, latency: load.latency }
          : took
      return [...(job.timed ? [took] : []), waited]
    },
  }
}

function rangesOf(keys: number, size: number, countOnly: boolean): LongJob['run'] {
  return async ({ generator, port }, time) => {
    const calls = { kind: 'ranges', keys, size, countOnly } as const
    const shape = { connections: 1, streams: 1 }
    return (await generator.measure(port, closedLoopOf(calls, shape, time))).figure
  }
}

/** One after the other for the time of a row; the mean. */
async function hashes(data: DataSet, time: RunTime): Promise<number | { omitted: string }> {
  return withClient(data, async (client) => {
    const started = performance.now()
    for (let done = 1; ; done++) {
      const request = HashKVRequest.create()
      const answer = await client.unary(MaintenanceService.hashKv, request, longestJobMs)
      if ('failure' in answer) {
        if (answer.failure.code === 'UNIMPLEMENTED') return { omitted: 'HashKV is UNIMPLEMENTED' }
        throw new Error(answer.failure.message)
      }
      const elapsedMs = performance.now() - started
      if (elapsedMs >= time.measureSeconds * 1000) return elapsedMs / done
    }
  })
}

function deletion(keys: number): LongJob {
  const deleted = Math.min(10_000, Math.floor(keys / 2))
  const first = keys - deleted
  return {
    name: `delete of ${deleted.toLocaleString('en-US')} keys in one request`,
    timed: true,
    run: (data) =>
      withClient(data, async (client) => {
        const request = DeleteRangeRequest.create({
          key: distinctKey(first),
          rangeEnd: distinctKey(keys),
        })
        const started = performance.now()
        const response = await client.call(KvService.deleteRange, request, longestJobMs)
        if (response.deleted !== deleted) throw new Error(`${response.deleted} keys were deleted`)
        return performance.now() - started
      }),
    cleanUp: ({ generator, port }) =>
      generator.measure(port, fillOf({ kind: 'ascending puts', first }, deleted)),
  }
}

/** What there was is removed before, and every key put once more, so that there is as much to remove as there are keys. */
function compaction(keys: number): LongJob {
  return {
    name: `compaction of ${keys.toLocaleString('en-US')} revisions, physical`,
    timed: true,
    async prepare(data) {
      await withClient(data, async (client) => compactTo(client, await revisionOf(client)))
      await data.generator.measure(data.port, fillOf({ kind: 'scattered puts', keys }, keys))
    },
    run: (data) =>
      withClient(data, async (client) => {
        const revision = await revisionOf(client)
        const started = performance.now()
        await compactTo(client, revision)
        return performance.now() - started
      }),
  }
}

async function revisionOf(client: RawClient): Promise<number> {
  const request = RangeRequest.create({ key: distinctKey(0) })
  const { header } = await client.call(KvService.range, request)
  return header?.revision ?? 0
}

async function compactTo(client: RawClient, revision: number): Promise<void> {
  const request = CompactionRequest.create({ revision, physical: true })
  await client.call(KvService.compact, request, longestJobMs)
}

async function withClient<Result>(
  { endpoint }: DataSet,
  use: (client: RawClient) => Promise<Result>,
): Promise<Result> {
  const client = new RawClient(endpoint)
  try {
    return await use(client)
  } finally {
    client.close()
  }
}
