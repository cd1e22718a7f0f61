import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/base/random.js'
import { systemFileSystem } from '../../src/base/system-file-system.js'
import { MemoryEngine, ReplaceableLevelEngine } from '../../src/engine/index.js'
import { InMemoryNetwork } from '../../src/node/index.js'
import type { ReplicatedStore as Store } from '../../src/store/index.js'
import { Watching } from '../contract/store-fixture.js'
import { bytes } from '../contract/store-operations.js'
import { openMemberStore } from '../support/member-store.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { waitFor } from '../support/wait-for.js'

/** Three stores of one process with real files, whose leader keeps few entries. */
class FileCluster implements AsyncDisposable {
  readonly network = new InMemoryNetwork()
  readonly stores = new Map<bigint, Store>()
  readonly fatal: Error[] = []

  private constructor(
    private readonly kind: 'memory' | 'level',
    readonly folder: Awaited<ReturnType<typeof temporaryFolder>>,
  ) {}

  static async start(kind: 'memory' | 'level'): Promise<FileCluster> {
    const cluster = new FileCluster(kind, await temporaryFolder('snapshot'))
    for (const id of [1n, 2n, 3n]) await cluster.open(id)
    return cluster
  }

  async open(id: bigint): Promise<void> {
    const directory = join(this.folder.path, `${id}`)
    const folder = join(directory, 'level')
    const engine =
      this.kind === 'level' ? await ReplaceableLevelEngine.open({ folder }) : new MemoryEngine()
    const store = await openMemberStore(
      {
        engine,
        random: seededRandom(Number(id)),
        electionTimeoutMs: 500,
        onTrouble: () => {},
      },
      {
        memberId: id,
        initialVoters: [1n, 2n, 3n],
        tickMs: 50,
        catchUpEntries: 32,
        transport: this.network.transport(id),
        storage: { fileSystem: systemFileSystem, directory, segmentBytes: 64 * 1024 },
        onFatal: (error) => this.fatal.push(error),
      },
    )
    this.stores.set(id, store)
  }

  store(id: bigint): Store {
    return this.stores.get(id) as Store
  }

  /** One that leads and one that follows, once all agree. */
  async roles(): Promise<{ leader: Store; late: Store; lateId: bigint }> {
    const leaders = () => [...this.stores.values()].map((store) => store.getRaftStatus().leaderId)
    await waitFor('all know one leader', () => {
      const [first, ...others] = leaders()
      return first !== undefined && first > 0n && others.every((other) => other === first)
    })
    const leaderId = leaders()[0] as bigint
    const lateId = [1n, 2n, 3n].find((id) => id !== leaderId) as bigint
    return { leader: this.store(leaderId), late: this.store(lateId), lateId }
  }

  async hashes(): Promise<Set<string>> {
    await waitFor('all have applied the same', () => {
      const statuses = [...this.stores.values()].map((store) => store.getRaftStatus())
      const commit = Math.max(...statuses.map((status) => status.commit))
      return statuses.every(({ applied }) => applied === commit)
    })
    const all = await Promise.all(
      [...this.stores.values()].map(async (store) => {
        const { hash, hashRevision, compactRevision } = await store.hashKv({})
        const whole = await store.hash()
        return `${hashRevision} ${compactRevision} ${hash} ${whole.hash}`
      }),
    )
    return new Set(all)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.stores.values()].map((store) => store.close()))
    await this.network.close()
    await this.folder.remove()
    expect(this.fatal).toEqual([])
  }
}

async function put(store: Store, from: number, to: number): Promise<void> {
  for (let number = from; number <= to; number += 4) {
    const few = [number, number + 1, number + 2, number + 3].filter((each) => each <= to)
    await Promise.all(
      few.map((each) => store.put({ key: bytes(`key${each % 40}`), value: bytes(`${each}`) })),
    )
  }
}

function watchAll(store: Store): { watching: Watching; revisions: () => number[] } {
  const watching = new Watching(store)
  watching.stream.create({ key: bytes('key'), rangeEnd: bytes('kez'), startRevision: 2 })
  const revisions = () =>
    watching.responses.flatMap(({ events }) => events.map(({ kv }) => kv.modRevision))
  return { watching, revisions }
}

describe.each(['level', 'memory'] as const)('a store that comes back by a snapshot: %s', (kind) => {
  test('has what the others have, counts and leases too, and survives a restart', async () => {
    await using cluster = await FileCluster.start(kind)
    const { leader, late, lateId } = await cluster.roles()
    await put(leader, 1, 20)
    const { watching, revisions } = watchAll(late)
    await watching.sees(20)
    cluster.network.isolate(lateId)
    await leader.leaseGrant({ id: 77n, ttl: 1000 })
    await put(leader, 21, 300)
    await leader.deleteRange({ key: bytes('key7') })
    cluster.network.heal()
    await watching.sees(301)
    expect(revisions()).toEqual(Array.from({ length: 301 }, (_, at) => at + 2))
    expect((await cluster.hashes()).size).toBe(1)
    const { leases } = await late.leaseLeases()
    expect(leases.map(({ id }) => id)).toEqual([77n])
    const range = { key: bytes('key'), rangeEnd: bytes('kez'), countOnly: true }
    expect((await late.range(range)).count).toBe(39)
    if (kind === 'level') {
      const names = await readdir(join(cluster.folder.path, `${lateId}`, 'level'))
      expect(names).toContain('ACTIVE')
    }
    await late.close()
    await cluster.open(lateId)
    await put(leader, 301, 310)
    expect((await cluster.hashes()).size).toBe(1)
  })

  test('ends a watch that is owed what was compacted', async () => {
    await using cluster = await FileCluster.start(kind)
    const { leader, late, lateId } = await cluster.roles()
    await put(leader, 1, 20)
    const { watching, revisions } = watchAll(late)
    await watching.sees(20)
    cluster.network.isolate(lateId)
    await put(leader, 21, 200)
    await leader.compact({ revision: 150 })
    cluster.network.heal()
    const ended = () => watching.responses.find(({ canceled }) => canceled)
    await waitFor('the watch has ended', () => ended() !== undefined)
    expect(ended()?.compactRevision).toBe(150)
    expect(revisions()).toEqual(Array.from({ length: 20 }, (_, at) => at + 2))
    expect((await cluster.hashes()).size).toBe(1)
  })
})
