import { MetastoreError } from '../../src/base/errors.js'
import { type Random, seededRandom } from '../../src/base/random.js'
import { MemoryEngine } from '../../src/engine/index.js'
import type { Store } from '../../src/store/index.js'
import { EventType, type WatchResponse } from '../../src/wire/index.js'
import { SimulatedClock } from './simulated-clock.js'
import { SimulatedDisk } from './simulated-disk.js'
import { openSimulatedMember } from './simulated-member.js'

const lives = 4

/** A write that was answered: what must be found at its revision from then on. */
interface Acknowledged {
  readonly revision: number
  readonly key: string
  /** Undefined: deleted. */
  readonly value: string | undefined
}

/** A whole member, from the store's interface to the disk, through lives that end in crashes. */
export class StoreRun {
  readonly clock = new SimulatedClock()
  readonly disk: SimulatedDisk
  readonly acknowledged: Acknowledged[] = []
  /** Everything the run answered, in order: the same for the same seed. */
  readonly trace: string[] = []
  readonly fatal: Error[] = []
  private readonly random: Random
  private written = 0
  private compactionAsked = 0

  constructor(readonly seed: number) {
    this.random = seededRandom(seed)
    this.disk = new SimulatedDisk(this.clock, this.random)
  }

  async run(): Promise<void> {
    for (let life = 1; life < lives; life++) await this.live()
    const store = await this.start()
    await this.check(store)
    await this.checkWatch(store)
    await this.clock.complete(store.close())
  }

  private async live(): Promise<void> {
    const store = await this.start()
    await this.check(store)
    for (let burst = this.random.below(10); burst >= 0; burst--) {
      for (let count = this.random.below(5); count >= 0; count--) this.act(store)
      await this.clock.advance(this.random.below(8))
    }
    const end = this.random.below(3)
    if (end === 0) await this.clock.complete(store.close())
    else if (end === 1) this.disk.endProcess()
    else this.disk.losePower()
    this.clock.dropAll()
  }

  private start(): Promise<Store> {
    const { clock, random, disk } = this
    return openSimulatedMember(
      clock,
      {
        engine: new MemoryEngine(() => new Promise((resolve) => clock.defer(resolve))),
        random,
        onTrouble: (_what, error) => this.fatal.push(error as Error),
      },
      {
        storage: {
          fileSystem: disk,
          directory: '/data/member',
          segmentBytes: 16 * 1024,
          snapshotThresholdBytes: 6 * 1024,
        },
        onFatal: (error) => this.fatal.push(error),
      },
    )
  }

  private act(store: Store): void {
    const key = `key-${this.random.below(5)}`
    const kind = this.random.below(10)
    if (kind === 0) this.remove(store, key)
    else if (kind === 1) this.compact(store)
    else this.put(store, key)
  }

  private put(store: Store, key: string): void {
    this.written++
    const value = `${this.written}:${'x'.repeat(this.random.below(700))}`
    const request = { key: Buffer.from(key), value: Buffer.from(value) }
    this.note(store.put(request), ({ header }) => {
      this.acknowledged.push({ revision: header?.revision ?? 0, key, value })
    })
  }

  private remove(store: Store, key: string): void {
    this.note(store.deleteRange({ key: Buffer.from(key) }), ({ header, deleted }) => {
      if (deleted === 0) return
      this.acknowledged.push({ revision: header?.revision ?? 0, key, value: undefined })
    })
  }

  private compact(store: Store): void {
    const revision = this.acknowledged.at(-1)?.revision
    if (revision === undefined) return
    this.compactionAsked = Math.max(this.compactionAsked, revision)
    this.note(store.compact({ revision }), () => {})
  }

  private note<Response>(call: Promise<Response>, answered: (response: Response) => void): void {
    call.then(
      (response) => {
        answered(response)
        this.trace.push(`answered at ${this.clock.nowMs()}`)
      },
      (error: unknown) => {
        if (!(error instanceof MetastoreError)) throw error
        this.trace.push(`${error.code} at ${this.clock.nowMs()}`)
      },
    )
  }

  /** What was answered is found at its revision, unless it is compacted. */
  private async check(store: Store): Promise<void> {
    for (const { revision, key, value } of this.acknowledged) {
      const request = { key: Buffer.from(key), revision }
      const found = await this.clock.complete(
        store.range(request).then(
          ({ kvs }) => kvs[0]?.value.toString() ?? 'nothing',
          (error: MetastoreError) => error.code,
        ),
      )
      // A compaction whose answer was lost in a crash may have taken place all the same.
      if (found === 'compacted' && revision < this.compactionAsked) continue
      if (found !== (value ?? 'nothing')) throw this.wrong(`revision ${revision} holds ${found}`)
    }
  }

  /** A watch from behind the compaction sees what was answered, in order, once. */
  private async checkWatch(store: Store): Promise<void> {
    const responses: WatchResponse[] = []
    const stream = store.watch({ send: (response) => responses.push(response) > 0 })
    const { revision } = store.header()
    stream.create({ key: Buffer.from('key-'), rangeEnd: Buffer.from('key.'), startRevision: 1 })
    await this.clock.until(() => this.lastSeen(responses) >= revision || canceled(responses))
    const compactRevision = responses.find((response) => response.canceled)?.compactRevision
    if (compactRevision !== undefined) {
      stream.create({
        key: Buffer.from('key-'),
        rangeEnd: Buffer.from('key.'),
        startRevision: compactRevision,
      })
      await this.clock.until(() => this.lastSeen(responses) >= revision || revision === 1)
    }
    stream.close()
    const events = responses.flatMap((response) => response.events)
    const seen = new Map(events.map((event) => [event.kv.modRevision, event]))
    if (seen.size !== events.length) throw this.wrong('an event came twice')
    const revisions = events.map(({ kv }) => kv.modRevision)
    if (revisions.some((each, index) => index > 0 && each <= (revisions[index - 1] ?? 0))) {
      throw this.wrong('events came out of order')
    }
    for (const each of this.acknowledged) {
      if (each.revision <= (compactRevision ?? 0)) continue
      const event = seen.get(each.revision)
      const isDelete = event?.type === EventType.DELETE
      const value = isDelete ? undefined : event?.kv.value.toString()
      if (event === undefined || value !== each.value) {
        throw this.wrong(`the event of revision ${each.revision} is not what was answered`)
      }
    }
  }

  private lastSeen(responses: readonly WatchResponse[]): number {
    const events = responses.flatMap((response) => response.events)
    return events.at(-1)?.kv.modRevision ?? 1
  }

  private wrong(problem: string): Error {
    return new Error(`seed ${this.seed}: ${problem}`)
  }
}

function canceled(responses: readonly WatchResponse[]): boolean {
  return responses.some((response) => response.canceled)
}
