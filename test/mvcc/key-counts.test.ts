import { describe, expect, test } from 'vitest'
import { MetastoreError } from '../../src/base/errors.js'
import { type Random, seededRandom } from '../../src/base/random.js'
import { MemoryEngine } from '../../src/engine/index.js'
import { BucketKeeper, KeyValueState } from '../../src/mvcc/index.js'
import {
  type Command,
  RangeRequest,
  RequestOp,
  SortOrder,
  TxnRequest,
} from '../../src/wire/index.js'
import { CountingEngine } from './counting-engine.js'
import { bytes, operation } from './state-harness.js'

const keyOf = (index: number): string => `key-${String(index).padStart(6, '0')}`

/** A state whose buckets are kept as in a store, but when the test says so. */
class Counted {
  static async open(engine: CountingEngine = new CountingEngine()): Promise<Counted> {
    return new Counted(engine, await KeyValueState.open(engine))
  }

  readonly engine: CountingEngine
  readonly state: KeyValueState
  /** Done between the steps of the keeper. */
  meanwhile: () => Promise<void> = () => Promise.resolve()
  overfull = false
  #index: number

  private constructor(engine: CountingEngine, state: KeyValueState) {
    this.engine = engine
    this.state = state
    this.#index = state.appliedIndex
    state.onOverfull(() => {
      this.overfull = true
    })
  }

  /** Stages a command; it is committed with the next one that is. */
  async stage(command: Command): Promise<unknown> {
    return (await this.state.apply(++this.#index, 1, command))?.response
  }

  async apply(command: Command): Promise<unknown> {
    const response = await this.stage(command)
    this.state.commit()
    return response
  }

  /** From the last to the first, so that no bucket can be cut unread. */
  async putAll(from: number, to: number): Promise<void> {
    for (let index = to - 1; index >= from; index--) {
      await this.stage(operation.put(keyOf(index), 'v', 0n))
    }
    this.state.commit()
  }

  async putInOrder(from: number, to: number): Promise<void> {
    for (let index = from; index < to; index++) {
      await this.stage(operation.put(keyOf(index), 'v', 0n))
    }
    this.state.commit()
  }

  /** Splits what there is to split. */
  async balance(): Promise<void> {
    const keeper = new BucketKeeper(this.engine, this.state, () => this.meanwhile())
    while (this.overfull) {
      this.overfull = false
      await keeper.balance()
    }
    await keeper.close()
  }

  async range(from: number, to: number, options: Partial<RangeRequest> = {}) {
    const bounds = { key: bytes(keyOf(from)), rangeEnd: bytes(keyOf(to)) }
    return await this.state.range(RangeRequest.create({ ...bounds, ...options }))
  }

  async bucketCounts(): Promise<number[]> {
    return [...(await this.engine.rowsOf('b')).values()].map((value) => value.readUInt32LE())
  }
}

/** One random request: many puts, a range deleted, a transaction, or one that is taken back. */
async function randomRequest(counted: Counted, random: Random): Promise<void> {
  const from = random.below(4000)
  const kind = random.below(8)
  if (kind < 2) await counted.putAll(from, from + random.below(400))
  else if (kind < 4) await counted.putInOrder(from, from + random.below(400))
  else if (kind < 6) {
    const end = keyOf(from + random.below(kind === 4 ? 1500 : 100))
    await counted.apply(operation.deleteRange(keyOf(from), end))
  } else if (kind === 6) {
    await counted.apply(
      operation.txn([
        { kind: 'put', key: keyOf(from), value: '1' },
        { kind: 'delete', key: keyOf(from), rangeEnd: keyOf(from + 50) },
        { kind: 'put', key: keyOf(from + 7), value: '2' },
      ]),
    )
  } else {
    const response = await counted.apply(operation.deleteThenKeepValue(keyOf(from)))
    expect(response).toBeInstanceOf(MetastoreError)
  }
}

async function expectCounts(counted: Counted, random: Random): Promise<void> {
  const keys = [...(await counted.engine.rowsOf('c')).keys()]
  for (let trial = 0; trial < 3; trial++) {
    const from = random.below(4500)
    const to = from + 1 + random.below(4500)
    const expected = keys.filter((key) => key >= keyOf(from) && key < keyOf(to))
    const counting = await counted.range(from, to, { countOnly: true })
    expect(counting).toEqual({ keyValues: [], more: false, count: expected.length })
    for (const sortOrder of [SortOrder.NONE, SortOrder.DESCEND]) {
      const limited = await counted.range(from, to, { limit: 3, sortOrder })
      const found = limited.keyValues.map(({ byteKey }) => byteKey)
      const inOrder = sortOrder === SortOrder.NONE ? expected : expected.toReversed()
      expect(found).toEqual(inOrder.slice(0, 3))
      expect([limited.count, limited.more]).toEqual([expected.length, expected.length > 3])
    }
  }
}

describe('counts of keys', () => {
  test('are right after random requests, also while buckets are split, and after every commit', async () => {
    for (let seed = 1; seed <= 4; seed++) {
      const random = seededRandom(seed)
      const counted = await Counted.open()
      counted.meanwhile = async () => {
        if (random.below(4) === 0) await randomRequest(counted, random)
      }
      for (let round = 0; round < 25; round++) {
        await randomRequest(counted, random)
        if (random.below(3) === 0) await counted.balance()
        await expectCounts(counted, random)
      }
      const crashed = new CountingEngine()
      let most = 0
      for (const { changes, position } of counted.engine.commits) {
        crashed.commit(changes, position)
        expect(await crashed.miscounts()).toEqual([])
        most = Math.max(most, (await crashed.rowsOf('b')).size)
      }
      expect(most).toBeGreaterThan(3)
    }
  })

  test('a start finds them as they were, and goes on', async () => {
    const random = seededRandom(5)
    const counted = await Counted.open()
    await counted.putAll(0, 3000)
    await counted.balance()
    const again = await Counted.open(counted.engine)
    await expectCounts(again, random)
    await again.apply(operation.deleteRange(keyOf(100), keyOf(2000)))
    await expectCounts(again, random)
    expect(await again.engine.miscounts()).toEqual([])
  })

  test('buckets stay near their size: large ones split, and small ones join', async () => {
    const counted = await Counted.open()
    await counted.putAll(0, 10_000)
    expect(await counted.bucketCounts()).toEqual([10_000])
    await counted.balance()
    const split = await counted.bucketCounts()
    expect(Math.min(...split)).toBeGreaterThanOrEqual(128)
    expect(Math.max(...split)).toBeLessThanOrEqual(512)
    for (let index = 0; index < 10_000; index += 1000) {
      await counted.apply(operation.deleteRange(keyOf(index), keyOf(index + 990)))
    }
    expect(await counted.bucketCounts()).toEqual([100])
  })

  test('a split that is read while changes are staged waits for their commit', async () => {
    const counted = await Counted.open()
    await counted.putAll(0, 600)
    let staged = false
    counted.meanwhile = async () => {
      if (staged || counted.engine.openScans === 0) return
      staged = true
      await counted.stage(operation.deleteRange(keyOf(0), keyOf(10)))
      await counted.stage(operation.put(keyOf(601), 'v', 0n))
    }
    await counted.balance()
    expect(await counted.bucketCounts()).toEqual([600])
    expect((await counted.range(0, 9999, { countOnly: true })).count).toBe(600)
    counted.state.commit()
    expect(await counted.bucketCounts()).toEqual([290, 301])
    expect(await counted.engine.miscounts()).toEqual([])
  })

  test('keys that come in order fill one bucket after another, and none has to be read', async () => {
    const counted = await Counted.open()
    await counted.putInOrder(0, 1000)
    expect(await counted.bucketCounts()).toEqual([256, 256, 256, 232])
    await counted.putInOrder(5000, 5100)
    // What is taken back leaves no mark, and what comes between is not taken for the highest.
    await counted.apply(operation.deleteThenKeepValue(keyOf(700)))
    await counted.apply(operation.deleteRange(keyOf(0), keyOf(900)))
    await counted.putInOrder(0, 2000)
    await counted.putInOrder(4000, 6000)
    expect(counted.engine.rowsRead).toBeLessThan(3000)
    expect(await counted.engine.miscounts()).toEqual([])
    await counted.balance()
    expect(Math.max(...(await counted.bucketCounts()))).toBeLessThanOrEqual(512)
    expect(await counted.engine.miscounts()).toEqual([])
  })

  test('an overwrite writes no bucket', async () => {
    const counted = await Counted.open()
    await counted.putAll(0, 10)
    await counted.putAll(0, 10)
    const last = counted.engine.commits.at(-1)
    expect([...(last?.changes.keys() ?? [])].filter((row) => row.startsWith('b'))).toEqual([])
  })

  test('a transaction that reads counts one moment, whatever is written meanwhile', async () => {
    const counted = await Counted.open()
    await counted.putAll(0, 100)
    const all = { key: bytes('\0'), rangeEnd: bytes('\0') }
    const requestRange = RangeRequest.create({ ...all, limit: 1 })
    const operations = Array.from({ length: 3 }, () => RequestOp.create({ requestRange }))
    const before = counted.state.readTxn(TxnRequest.create({ success: operations }))
    await counted.apply(operation.deleteRange(keyOf(0), keyOf(60)))
    const { responses } = await before
    expect(responses.map(({ responseRange }) => responseRange?.count)).toEqual([100, 100, 100])
  })

  test('rows of a program that did not count keys are counted at the start', async () => {
    const written = await Counted.open()
    await written.putAll(0, 3000)
    const meta = written.engine.get('m')
    const older = new Map<string, Buffer | undefined>()
    older.set('m', Buffer.concat([Buffer.from([1]), meta?.subarray(1) ?? Buffer.alloc(0)]))
    for (const start of (await written.engine.rowsOf('b')).keys()) older.set(`b${start}`, undefined)
    // Counts that such a program found and did not keep right.
    older.set('b', Buffer.from([7, 0, 0, 0]))
    older.set(`b${keyOf(17)}`, Buffer.from([7, 0, 0, 0]))
    written.engine.commit(older, written.state.appliedIndex)
    const upgraded = await Counted.open(written.engine)
    expect(await upgraded.engine.miscounts()).toEqual([])
    expect((await upgraded.range(10, 2500, { countOnly: true })).count).toBe(2490)
    expect((await KeyValueState.open(written.engine)).revision).toBe(3001)
  })

  test('a newer layout of rows is refused', async () => {
    const engine = new MemoryEngine()
    engine.commit(new Map([['m', Buffer.concat([Buffer.from([99]), Buffer.alloc(40)])]]), 1)
    await expect(KeyValueState.open(engine)).rejects.toMatchObject({
      code: 'data-directory-unusable',
    })
  })
})

describe('rows read', () => {
  test('a count reads two buckets at most, and a limit no more rows than it needs', async () => {
    const counted = await Counted.open()
    await counted.putAll(0, 20_000)
    await counted.balance()
    const readBy = async (work: () => Promise<unknown>): Promise<number> => {
      counted.engine.rowsRead = 0
      await work()
      return counted.engine.rowsRead
    }
    const all = RangeRequest.create({ key: bytes('\0'), rangeEnd: bytes('\0'), countOnly: true })
    expect(await readBy(async () => counted.state.range(all))).toBe(0)
    const inner = await readBy(() => counted.range(777, 18_111, { countOnly: true }))
    expect(inner).toBeLessThanOrEqual(1024)
    const fewKeys = RangeRequest.create({ key: bytes('\0'), rangeEnd: bytes('\0'), limit: 10 })
    expect(await readBy(async () => counted.state.range(fewKeys))).toBe(11)
    const last = RangeRequest.create({ ...fewKeys, sortOrder: SortOrder.DESCEND })
    expect(await readBy(async () => counted.state.range(last))).toBe(11)
  })
})
