import { describe, expect, test } from 'vitest'
import { readLog } from './h2load.js'
import { Latencies } from './latencies.js'

describe('latencies', () => {
  test('quantiles are within one percent', () => {
    const latencies = new Latencies()
    for (let ms = 1; ms <= 10_000; ms++) latencies.record(ms)
    expect(Math.abs(latencies.quantileMs(0.5) / 5_000 - 1)).toBeLessThan(0.01)
    expect(Math.abs(latencies.quantileMs(0.99) / 9_900 - 1)).toBeLessThan(0.01)
    expect(latencies.summary().maxMs).toBe(10_000)
  })

  test('those of several processes add up', () => {
    const [fast, slow] = [new Latencies(), new Latencies()]
    for (let count = 0; count < 98; count++) fast.record(1)
    for (let count = 0; count < 2; count++) slow.record(100)
    fast.add(slow.recorded)
    expect(fast.count).toBe(100)
    expect(fast.quantileMs(0.98)).toBeLessThan(1.02)
    expect(fast.quantileMs(0.99)).toBeGreaterThan(98)
    expect(fast.summary().maxMs).toBe(100)
  })

  test("h2load's log is read across the borders of chunks", async () => {
    async function* chunks() {
      yield Buffer.from('1795237736659515\t200\t1000\n17952377366')
      yield Buffer.from('59520\t200\t30')
      yield Buffer.from('00\n')
    }
    const latencies = await readLog(chunks())
    expect(latencies.count).toBe(2)
    expect(Math.abs(latencies.quantileMs(0.5) - 1)).toBeLessThan(0.01)
    expect(latencies.summary().maxMs).toBe(3)
  })
})
