import { describe, expect, test } from 'vitest'
import {
  KvService,
  LeaseService,
  MaintenanceService,
  WatchService,
} from '../../../src/api/generated/services.js'
import type { MethodDescriptor } from '../../../src/rpc/method.js'
import { Event, KeyValue, type ResponseHeader } from '../../../src/wire/index.js'
import { startEtcd } from '../../support/member-process.js'
import { temporaryFolder } from '../../support/temporary-folder.js'
import { DifferenceError } from './difference-error.js'
import { Lockstep } from './lockstep.js'
import { type Lie, LyingClient } from './lying-client.js'
import { Restartable, type RestartableOptions } from './restartable.js'
import { Side } from './side.js'

const { range, put, deleteRange, txn } = KvService
const { leaseTimeToLive } = LeaseService
const { watch } = WatchService
const { hashKv } = MaintenanceService
const none = lie(range, (response) => response)

/** Each is small, and each must be found. */
const lies: readonly [name: string, lie: Lie<unknown>][] = [
  ['a pair is missing', lie(range, (r) => ({ ...r, kvs: r.kvs.slice(1) }))],
  ['the count is one too high', lie(range, (r) => ({ ...r, count: r.count + 1 }))],
  ['more is always false', lie(range, (r) => ({ ...r, more: false }))],
  ['a modification revision is off by one', lie(range, (r) => ({ ...r, kvs: r.kvs.map(later) }))],
  ['the error has another text', { ...none, failure: 'etcdserver: key is missing' }],
  ['the header lags behind', lie(put, (r) => ({ ...r, header: earlier(r.header) }))],
  ['the previous pair is missing', lie(put, (r) => ({ ...r, prevKv: undefined }))],
  ['one more was deleted', lie(deleteRange, (r) => ({ ...r, deleted: r.deleted + 1 }))],
  ['the other branch was taken', lie(txn, (r) => ({ ...r, succeeded: !r.succeeded }))],
  ['a lease lives two seconds longer', lie(leaseTimeToLive, (r) => ({ ...r, ttl: r.ttl + 2 }))],
  ['a hash has a bit wrong', lie(hashKv, (r) => ({ ...r, hash: (r.hash ^ 4) >>> 0 }))],
  ['a watch loses an event', lie(watch, (r) => ofOneWatch(r, r.events.slice(1)))],
  ['a watch repeats an event', lie(watch, (r) => ofOneWatch(r, [...r.events, ...r.events]))],
  ['events lack the previous pair', lie(watch, (r) => ({ ...r, events: r.events.map(bare) }))],
  ['a watch is created too late', lie(watch, (r) => (r.created ? lateHeader(r) : r))],
]

describe('the comparison with a real etcd', () => {
  test('finds nothing where there is nothing', { timeout: 60_000 }, async () => {
    await expect(run(none)).resolves.toBeUndefined()
  })

  test('finds that a restart loses what was written', { timeout: 60_000 }, async () => {
    let launches = 0
    const forgetful = (folder: string) => ({
      launch: () => startEtcd({ dataDirectory: `${folder}/${launches++}` }),
    })
    const found = against(forgetful, async (lockstep) => {
      await lockstep.run(20)
      await lockstep.perform({ kind: 'restart', hard: true })
    })
    await expect(found).rejects.toThrow('response.hash: ')
  })

  test.each(lies)('finds that %s', { timeout: 60_000 }, async (_, told) => {
    const found = await run(told).catch((error: unknown) => error)
    expect(found).toBeInstanceOf(DifferenceError)
    expect(String(found)).toMatch(
      /METASTORE_DIFFERENTIAL_SEED=\d+ METASTORE_DIFFERENTIAL_OPERATIONS=\d+/,
    )
  })
})

/** A run of one etcd against another whose answers are changed. */
function run(told: Lie<unknown>): Promise<void> {
  const liar = (folder: string) => ({
    launch: () => startEtcd({ dataDirectory: `${folder}/lying` }),
    connect: (endpoint: string) => new LyingClient(endpoint, told),
  })
  return against(liar, (lockstep) => lockstep.run(400))
}

/** One etcd against another that is launched otherwise, in lockstep. */
async function against(
  other: (folder: string) => RestartableOptions,
  work: (lockstep: Lockstep) => Promise<void>,
): Promise<void> {
  await using folder = await temporaryFolder('lies')
  const launch = () => startEtcd({ dataDirectory: `${folder.path}/honest` })
  await using honest = await Restartable.start({ launch })
  await using lying = await Restartable.start(other(folder.path))
  const oracle = new Side('etcd', honest)
  const subject = new Side('liar', lying)
  try {
    await work(new Lockstep({ seed: 1, oracle, subjects: [subject], sameVersion: true }))
  } finally {
    oracle.close()
    subject.close()
  }
}

function lie<Request, Response>(
  method: MethodDescriptor<Request, Response>,
  change: (response: Response) => Response,
): Lie<unknown> {
  return { method, change } as unknown as Lie<unknown>
}

function earlier(header: ResponseHeader | undefined): ResponseHeader | undefined {
  return header && { ...header, revision: header.revision - 1 }
}

function lateHeader<Response extends { header: ResponseHeader | undefined }>(
  response: Response,
): Response {
  const { header } = response
  return { ...response, header: header && { ...header, revision: header.revision + 1 } }
}

function later(pair: KeyValue): KeyValue {
  const { key, value, createRevision, version, lease } = pair
  return KeyValue.of({
    key,
    value,
    createRevision,
    version,
    lease,
    modRevision: pair.modRevision + 1,
  })
}

/** Watch 1 alone, so that the watch of all keys, which has id 0, stays honest. */
function ofOneWatch<Response extends { watchId: bigint; events: readonly Event[] }>(
  response: Response,
  events: readonly Event[],
): Response {
  return response.watchId === 1n && response.events.length > 0 ? { ...response, events } : response
}

function bare({ type, kv }: Event): Event {
  return new Event(type, kv)
}
