import { Metadata } from '@grpc/grpc-js'
import {
  HealthService,
  KvService,
  LeaseService,
  MaintenanceService,
  WatchService,
} from '../../src/api/generated/services.js'
import type { FileHandle, FileSystem } from '../../src/base/file-system.js'
import { systemFileSystem } from '../../src/base/system-file-system.js'
import { ReplaceableLevelEngine } from '../../src/engine/index.js'
import {
  HashKVRequest,
  HealthCheckRequest,
  LeaseKeepAliveRequest,
  LeaseTimeToLiveRequest,
  MoveLeaderRequest,
  RangeRequest,
  WatchRequest,
} from '../../src/wire/index.js'
import { bytes, rangeOp } from '../contract/store-operations.js'
import { databaseWith } from '../engine/level-harness.js'
import { TestTransport } from '../node/node-fixture.js'
import type { HostKind } from '../support/hosts.js'
import type { Failure } from '../support/raw-client.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { waitFor } from '../support/wait-for.js'
import {
  all,
  call,
  compacting,
  deleting,
  granting,
  key,
  put,
  putting,
  range,
  stream,
  txn,
} from './failing-calls.js'
import { type ServeStoreOptions, serveStore } from './served-store.js'

/** Members in trouble, and what is asked of them then, by text. */
export const troubles: Record<string, (host: HostKind) => Promise<Failure[]>> = {
  'no leader': async (host) => {
    const metadata = new Metadata()
    metadata.set('hasleader', 'true')
    const node = { initialVoters: [7n, 8n], requestTimeoutMs: 200 }
    await using member = await serveStore({ host, node })
    const watch = WatchRequest.create()
    const alive = LeaseKeepAliveRequest.create({ id: 1n })
    return await all(member, [
      call(KvService.range, RangeRequest.create({ key, serializable: true }), metadata),
      call(KvService.put, put, metadata),
      call(WatchService.watch, watch, metadata),
      call(LeaseService.leaseKeepAlive, alive, metadata),
      call(LeaseService.leaseKeepAlive, alive),
      call(LeaseService.leaseTimeToLive, LeaseTimeToLiveRequest.create({ id: 1n })),
      putting({}),
    ])
  },
  'not leader': async (host) => {
    await using member = await serveStore({ host, node: { initialVoters: [7n, 8n] } })
    return await all(member, [movingTo(8n), movingTo(9n)])
  },
  'bad leader transferee': async (host) => {
    await using member = await serveStore({ host })
    return await all(member, [movingTo(9n), movingTo(0n)])
  },
  'rpc not supported for learner': async (host) => {
    await using member = await serveStore({ host })
    const learning = { ...member.store.getRaftStatus(), state: 'learner' as const }
    member.store.getRaftStatus = () => learning
    return await all(member, [
      range({}),
      stream({ serializable: true }),
      putting({}),
      granting({ ttl: 60 }),
      call(LeaseService.leaseKeepAlive, LeaseKeepAliveRequest.create({ id: 1n })),
      call(WatchService.watch, WatchRequest.create()),
      call(MaintenanceService.hashKv, HashKVRequest.create()),
      call(HealthService.check, HealthCheckRequest.create()),
    ])
  },
  'request timed out': async (host) => {
    const node = { initialVoters: [7n, 8n], requestTimeoutMs: 200 }
    await using member = await serveStore({ host, node })
    return await all(member, [range({}), stream({}), txn({ success: [rangeOp('a')] })])
  },
  'server stopped': async (host) => {
    await using member = await serveStore({ host })
    await member.store.close()
    return await all(member, [range({}), putting({}), compacting(1), granting({ ttl: 60 })])
  },
  'request timed out, possibly due to previous leader failure': (host) =>
    whileTheDiskHangs({ host }),
  'mvcc: database space exceeded': async (host) => {
    const createDatabase = databaseWith(async (proceed) => {
      if (full)
        throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
      await proceed()
    })
    let full = false
    await using folder = await temporaryFolder('errors')
    const engine = await ReplaceableLevelEngine.open({ folder: folder.path, createDatabase })
    await using member = await serveStore({ host, engine })
    full = true
    await member.client.unary(KvService.put, put)
    await waitFor('the engine to notice', () => engine.failure !== undefined)
    return await all(member, [putting({}), deleting({ key }), granting({ ttl: 60 })])
  },
  'too many requests': async (host) => {
    let letGo = () => {}
    const held = new Promise<void>((resolve) => {
      letGo = resolve
    })
    let slow = false
    const createDatabase = databaseWith(async (proceed) => {
      if (slow) await held
      await proceed()
    })
    await using folder = await temporaryFolder('errors')
    const engine = await ReplaceableLevelEngine.open({
      folder: folder.path,
      maxOverlayBytes: 10_000,
      createDatabase,
    })
    await using member = await serveStore({ host, engine })
    try {
      slow = true
      await member.client.call(KvService.put, { ...put, value: Buffer.alloc(20_000) })
      return await all(member, [
        putting({}),
        deleting({ key }),
        compacting(1),
        granting({ ttl: 60 }),
      ])
    } finally {
      letGo()
    }
  },
}

const movingTo = (targetId: bigint) =>
  call(MaintenanceService.moveLeader, MoveLeaderRequest.create({ targetId }))

/** A write waits for the disk when the member hears of another leader. */
async function whileTheDiskHangs(options: ServeStoreOptions): Promise<Failure[]> {
  await using folder = await temporaryFolder('errors')
  let letGo = () => {}
  let hung: Promise<void> | undefined
  let waits = 0
  const fileSystem = withSyncs(systemFileSystem, async () => {
    if (hung !== undefined) waits++
    await hung
  })
  const storage = { fileSystem, directory: folder.path }
  const transport = new TestTransport()
  await using member = await serveStore({
    ...options,
    node: { storage, transport, requestTimeoutMs: 500 },
  })
  try {
    await member.client.call(KvService.put, put)
    hung = new Promise((resolve) => {
      letGo = resolve
    })
    const pending = all(member, [putting({ value: bytes('later') })])
    await waitFor('the write to be in the log', () => waits > 0)
    const { term } = member.store.getRaftStatus()
    const from = { from: 8n, to: 7n, term: term + 1 }
    transport.deliver({ type: 'heartbeat-request', ...from, commit: 0, readRound: 0 })
    return await pending
  } finally {
    hung = undefined
    letGo()
  }
}

/** Files that wait before they say that something is on the disk. */
function withSyncs(files: FileSystem, wait: () => Promise<void>): FileSystem {
  const open = async (...[path, mode]: Parameters<FileSystem['open']>): Promise<FileHandle> => {
    const file = await files.open(path, mode)
    return {
      write: (data, position) => file.write(data, position),
      writeSynced: (data, position) => wait().then(() => file.writeSynced(data, position)),
      read: (length, position) => file.read(length, position),
      size: () => file.size(),
      truncate: (length) => file.truncate(length),
      sync: () => wait().then(() => file.sync()),
      close: () => file.close(),
    }
  }
  return {
    list: (directory) => files.list(directory),
    exists: (path) => files.exists(path),
    makeDirectory: (directory) => files.makeDirectory(directory),
    rename: (from, to) => files.rename(from, to),
    remove: (path) => files.remove(path),
    syncDirectory: (directory) => files.syncDirectory(directory),
    open,
  }
}
