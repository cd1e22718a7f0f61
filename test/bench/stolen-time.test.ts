import { describe, expect, test } from 'vitest'
import type { Outcome } from './measurement.js'
import { StolenTime } from './stolen-time.js'
import { renderTable } from './table.js'

describe('stolen time', () => {
  const line = (times: readonly number[]) => `cpu  ${times.join(' ')} 7 0\ncpu0 1 2 3\n`

  test('is the part of all processor time that the host gave to others', () => {
    let times = [100, 0, 50, 800, 5, 0, 5, 40]
    const stolen = new StolenTime(() => line(times))
    times = [150, 0, 60, 820, 5, 0, 5, 60]
    expect(stolen.part()).toBeCloseTo(0.2)
    times = [250, 0, 60, 820, 5, 0, 5, 60]
    expect(stolen.part()).toBe(0)
  })

  test('is not known where the system does not tell', () => {
    const stolen = new StolenTime(() => {
      throw new Error('no such file')
    })
    expect(stolen.part()).toBeNaN()
  })

  test('stands in the table, where it was much', () => {
    const ours = new Map<string, Outcome[]>([['put', [{ figure: 300, stolenPart: 0.42 }]]])
    const theirs = new Map<string, Outcome[]>([['put', [{ figure: 100, stolenPart: 0.04 }]]])
    const columns = [
      { name: 'ours', outcomes: ours },
      { name: 'theirs', outcomes: theirs },
    ]
    const [, , row] = renderTable([{ name: 'put', unit: 'calls/s' }], columns).split('\n')
    expect(row).toBe('| put (calls/s) | 300; 42 % stolen | 100 | 3.00 |')
  })
})
