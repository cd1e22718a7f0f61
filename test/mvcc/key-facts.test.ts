import { describe, expect, test, vi } from 'vitest'
import { type Random, seededRandom } from '../../src/base/random.js'
import { KeyFacts } from '../../src/mvcc/facts/key-facts.js'
import { encodeRecord } from '../../src/mvcc/rows/record.js'
import { bytes } from './state-harness.js'

const keyOf = (index: number): string => `key-${String(index).padStart(6, '0')}`
const manyBytes = 64 * 1024 * 1024

/** What the engine would say of a key. */
interface Truth {
  readonly createRevision: number
  readonly modRevision: number
  readonly version: number
  readonly sub: number
}

function recordOf(key: string, truth: Truth, lease = 0n): Buffer {
  const { createRevision, modRevision, version, sub } = truth
  const fields = { key: bytes(key), value: bytes('v'), createRevision, modRevision, version, lease }
  return encodeRecord(fields, { main: 0, sub: 0 }, sub)
}

/** Facts, and beside them what is true. */
class Ledger {
  readonly truths = new Map<string, Truth>()
  revision = 1

  constructor(
    readonly facts: KeyFacts,
    readonly random: Random,
  ) {}

  /** Changes up to so many of the keys. */
  change(keys: number, changes: number): void {
    const rows = new Map<string, Buffer | undefined>()
    for (let change = 0; change < changes; change++) {
      const key = keyOf(this.random.below(keys))
      const before = this.truths.get(key)
      this.revision++
      if (this.random.below(4) === 0) {
        this.truths.delete(key)
        rows.set(`c${key}`, undefined)
        continue
      }
      const truth = {
        createRevision: before?.createRevision ?? this.revision,
        modRevision: this.revision,
        version: (before?.version ?? 0) + 1,
        sub: this.random.below(3),
      }
      this.truths.set(key, truth)
      rows.set(`c${key}`, recordOf(key, truth))
    }
    this.facts.committed(rows)
  }

  /** Deletes all keys as one run; answers how many of its rows were asked for. */
  deleteRun(): number {
    const keys = [...this.truths.keys()].sort()
    let asked = 0
    const keyAt = (index: number) => {
      asked++
      return `c${keys[index]}`
    }
    this.truths.clear()
    const run = { size: keys.length, byteCount: 0, keyAt, valueAt: () => undefined }
    this.facts.committed(new Map(), [run])
    return asked
  }

  rows(): { key: string; value: Buffer }[] {
    return [...this.truths].map(([key, truth]) => ({ key: `c${key}`, value: recordOf(key, truth) }))
  }

  /** How many of the keys are known; what is known has to be true. */
  known(keys: number): number {
    let known = 0
    for (let index = 0; index < keys; index++) {
      const fact = this.facts.recall(keyOf(index))
      if (fact === undefined) continue
      known++
      expect(fact).toEqual(this.truths.get(keyOf(index)) ?? null)
    }
    return known
  }
}

describe('what is known of keys', () => {
  test('is what was committed last, for all that was', () => {
    const ledger = new Ledger(new KeyFacts(manyBytes), seededRandom(1))
    for (let round = 0; round < 50; round++) ledger.change(20_000, 1000)
    expect(ledger.known(20_000)).toBeGreaterThan(ledger.truths.size)
    expect(ledger.facts.isSettled).toBe(false)
  })

  test('is never wrong where there is room for few, and the room is kept to', () => {
    const maxBytes = 256 * 1024
    const ledger = new Ledger(new KeyFacts(maxBytes), seededRandom(2))
    for (let round = 0; round < 100; round++) {
      ledger.change(20_000, 500)
      ledger.facts.recall(keyOf(round))
    }
    const known = ledger.known(20_000)
    expect(known).toBeGreaterThan(1000)
    expect(known).toBeLessThan(10_000)
    expect(ledger.facts.isSettled).toBe(true)
    expect(ledger.facts.memoryBytes).toBeLessThanOrEqual(maxBytes)
  })

  test.each([manyBytes, 256 * 1024])(
    'is right when rows are loaded that have changed meanwhile, within %i bytes',
    (maxBytes) => {
      for (let seed = 0; seed < 4; seed++) {
        const ledger = new Ledger(new KeyFacts(maxBytes), seededRandom(seed))
        ledger.change(8000, 4000)
        const { facts } = ledger
        facts.beginLoad()
        for (let round = 0; round < 4; round++) {
          const mark = facts.mark()
          const rows = ledger.rows()
          ledger.change(8000, 1500)
          facts.load(rows, mark)
          ledger.known(8000)
        }
        facts.endLoad()
        ledger.known(8000)
      }
    },
  )

  test('rows that were read before keys were forgotten are not taken in', () => {
    const ledger = new Ledger(new KeyFacts(100 * 1024), seededRandom(3))
    ledger.facts.beginLoad()
    const mark = ledger.facts.mark()
    ledger.change(20_000, 20_000)
    expect(ledger.facts.isSettled).toBe(true)
    expect(ledger.facts.load(ledger.rows(), mark)).toBe(false)
  })

  test('keys that are gone leave room for others', () => {
    const maxBytes = 256 * 1024
    const facts = new KeyFacts(maxBytes)
    const truth = { createRevision: 2, modRevision: 2, version: 1, sub: 0 }
    for (let index = 0; index < 50_000; index++) {
      const row = `c${keyOf(index)}`
      facts.committed(new Map([[row, recordOf(keyOf(index), truth)]]))
      facts.committed(new Map([[row, undefined]]))
    }
    expect(facts.isSettled).toBe(false)
    expect(facts.memoryBytes).toBeLessThanOrEqual(maxBytes)
  })

  test('once all keys are loaded, others are known not to be there', () => {
    const ledger = new Ledger(new KeyFacts(manyBytes), seededRandom(4))
    const { facts } = ledger
    const long = 'x'.repeat(256)
    facts.beginLoad()
    facts.load([{ key: 'ca', value: recordOf('a', truthOf(5)) }], facts.mark())
    facts.endLoad()
    expect(facts.recall('a')).toEqual(truthOf(5))
    expect(facts.recall('b')).toBe(null)
    expect(facts.recall(long)).toBe(undefined)
    facts.committed(new Map([['cb', recordOf('b', truthOf(6))]]))
    expect(facts.recall('b')).toEqual(truthOf(6))
  })

  test('of keys with a lease, or numbers that are too large, puts have to ask', () => {
    const facts = new KeyFacts(manyBytes)
    const large = { createRevision: 2 ** 50, modRevision: 2 ** 50, version: 1, sub: 0 }
    facts.beginLoad()
    facts.endLoad()
    facts.committed(
      new Map([
        ['ca', recordOf('a', truthOf(3), 7n)],
        ['cb', recordOf('b', large)],
        ['cc', recordOf('c', { ...truthOf(4), version: 2 ** 32 })],
        ['cd', recordOf('d', { ...truthOf(2 ** 40), version: 2 ** 32 - 1, sub: 65_535 })],
        ['ce', recordOf('e', { ...truthOf(4), sub: 65_536 })],
      ]),
    )
    expect(['a', 'b', 'c', 'e'].map((key) => facts.recall(key))).toEqual(
      new Array(4).fill(undefined),
    )
    expect(facts.recall('d')).toEqual({ ...truthOf(2 ** 40), version: 2 ** 32 - 1, sub: 65_535 })
  })

  test('keys that are deleted as a run are known to be gone at once, and noted behind that', () => {
    const ledger = new Ledger(new KeyFacts(manyBytes), seededRandom(5))
    ledger.change(2000, 4000)
    const { size } = ledger.truths
    expect(ledger.deleteRun()).toBeLessThan(10)
    for (let round = 0; round < 100; round++) {
      expect(ledger.known(2000)).toBeGreaterThanOrEqual(size)
      ledger.change(2000, 10)
    }
  })

  test('keys that are deleted as runs, put again and loaded meanwhile are what they were last', () => {
    for (let seed = 0; seed < 4; seed++) {
      const ledger = new Ledger(new KeyFacts(manyBytes), seededRandom(seed))
      const { facts } = ledger
      ledger.change(3000, 3000)
      facts.beginLoad()
      for (let round = 0; round < 20; round++) {
        const mark = facts.mark()
        const rows = ledger.rows()
        ledger.deleteRun()
        for (let commit = 0; commit < ledger.random.below(12); commit++) ledger.change(3000, 150)
        facts.load(rows, mark)
        ledger.known(3000)
        ledger.change(3000, 100)
      }
      facts.load(ledger.rows(), facts.mark())
      facts.endLoad()
      expect(ledger.known(3000)).toBe(3000)
    }
  })

  test('very many that are deleted at once are not gone through: all keys become unknown, and are loaded anew', () => {
    const ledger = new Ledger(new KeyFacts(manyBytes), seededRandom(6))
    const { facts } = ledger
    ledger.change(40_000, 120_000)
    facts.beginLoad()
    facts.load(ledger.rows(), facts.mark())
    expect(ledger.deleteRun()).toBeLessThan(20)
    facts.endLoad()
    expect(facts.isSettled).toBe(false)
    ledger.change(40_000, 100)
    expect(ledger.known(40_000)).toBeLessThan(200)
    expect(facts.isLoading).toBe(false)
    facts.beginLoad()
    facts.load(ledger.rows(), facts.mark())
    facts.endLoad()
    expect(ledger.known(40_000)).toBe(40_000)
  })

  test('another step of loading is wanted whenever enough was asked for in vain, until all is loaded', () => {
    const facts = new KeyFacts(manyBytes)
    const wanted = vi.fn()
    facts.onWanted(wanted)
    const ask = (times: number) => {
      for (let index = 0; index < times; index++) facts.recall(keyOf(index))
    }
    ask(63)
    expect(wanted).not.toHaveBeenCalled()
    ask(65)
    expect(wanted).toHaveBeenCalledTimes(2)
    facts.beginLoad()
    facts.load([{ key: 'ca', value: recordOf('a', truthOf(5), 7n) }], facts.mark())
    facts.endLoad()
    for (let time = 0; time < 800; time++) expect(facts.recall('a')).toBe(undefined)
    expect(wanted).toHaveBeenCalledTimes(2)
  })
})

function truthOf(revision: number): Truth {
  return { createRevision: revision, modRevision: revision, version: 1, sub: 0 }
}
