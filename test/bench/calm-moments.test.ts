import { describe, expect, test } from 'vitest'
import { CalmMoments } from './calm-moments.js'
import { StolenTime } from './stolen-time.js'

/** A host that takes the listed percentages, one after another, of whoever wants its processors; then nothing. */
class Host {
  nowMs = 0
  readonly told: string[] = []
  #stolen = 0
  #spent = 0
  readonly #percentages: number[]

  constructor(percentages: readonly number[]) {
    this.#percentages = [...percentages]
  }

  pass(ms: number): void {
    const part = (this.#percentages.shift() ?? 0) / 100
    this.nowMs += ms
    this.#stolen += ms * part
    this.#spent += ms * (1 - part)
  }

  calmMoments(patienceMs: number): CalmMoments {
    return new CalmMoments(patienceMs, {
      wantProcessors: async () => this.pass(500),
      stolenTime: new StolenTime(() => `cpu ${this.#spent} 0 0 0 0 0 0 ${this.#stolen}`),
      nowMs: () => this.nowMs,
      betweenLooksMs: 0,
      tell: (line) => this.told.push(line),
    })
  }
}

/** Each takes ten seconds, and is numbered. */
function rowOn(host: Host): () => Promise<number> {
  let measured = 0
  return async () => {
    host.pass(10_000)
    return ++measured
  }
}

describe('calm moments', () => {
  test('are waited for', async () => {
    const host = new Host([60, 30])
    expect(await host.calmMoments(60_000).measure(rowOn(host))).toEqual({
      result: 1,
      stolenPart: 0,
    })
    expect(host.nowMs).toBe(3 * 500 + 10_000)
  })

  test('a row whose processors were stolen is measured again', async () => {
    const host = new Host([0, 40])
    expect(await host.calmMoments(60_000).measure(rowOn(host))).toMatchObject({ result: 2 })
    expect(host.told).toEqual(['40 % stolen: measured again'])
  })

  test('of several disturbed rows the least disturbed one counts, and there are four at most', async () => {
    const host = new Host([0, 40, 0, 20, 0, 30, 0, 50, 0, 1])
    const { result, stolenPart } = await host.calmMoments(600_000).measure(rowOn(host))
    expect(result).toBe(2)
    expect(stolenPart).toBeCloseTo(0.2)
    expect(host.told).toHaveLength(3)
  })

  test('patience covers all rows together, and ends', async () => {
    const host = new Host(Array(100).fill(50))
    const moments = host.calmMoments(15_000)
    expect((await moments.measure(rowOn(host))).stolenPart).toBeCloseTo(0.5)
    const fromMs = host.nowMs
    expect((await moments.measure(rowOn(host))).result).toBe(1)
    expect(host.nowMs - fromMs).toBe(10_000)
  })

  test('without patience nothing is waited for or repeated', async () => {
    const host = new Host([90])
    expect(await host.calmMoments(0).measure(rowOn(host))).toMatchObject({ result: 1 })
    expect(host.nowMs).toBe(10_000)
  })
})
