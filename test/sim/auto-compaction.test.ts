import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { CompactionRetention, Store } from '../../src/store/index.js'
import { bytes, refusal } from '../contract/store-operations.js'
import { SimulatedClock } from './simulated-clock.js'
import { openSimulatedMember } from './simulated-member.js'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
let clock: SimulatedClock
let store: Store | undefined
let troubles: unknown[]

beforeEach(() => {
  clock = new SimulatedClock()
  troubles = []
})

afterEach(async () => {
  if (store !== undefined) await clock.complete(store.close())
  expect(troubles).toEqual([])
})

/** A whole member on simulated time, in memory alone. */
async function start(autoCompaction: CompactionRetention | undefined): Promise<Store> {
  store = await openSimulatedMember(
    clock,
    { autoCompaction, onTrouble: (_what, error) => troubles.push(error) },
    { tickMs: minuteMs, onFatal: (error) => troubles.push(error) },
  )
  return store
}

/** Lets time pass, with one put in every minute; its revision is the minute's number plus 2. */
async function putEachMinute(member: Store, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute++) {
    await clock.complete(member.put({ key: bytes('a'), value: bytes('x') }))
    await clock.advance(minuteMs - (clock.nowMs() % minuteMs))
  }
}

/** The lowest revision that can be read; 1: nothing is compacted. */
async function firstReadable(member: Store): Promise<number> {
  for (let revision = 1; ; revision++) {
    const read = member.range({ key: bytes('a'), revision })
    const answer = await clock.complete(
      read.then(
        () => 'readable',
        () => 'compacted',
      ),
    )
    if (answer === 'readable') return revision
  }
}

describe('periodic: what was current within the period stays readable', () => {
  test('a short period: first after one period, then after each', async () => {
    const member = await start({ mode: 'periodic', periodMs: 30 * minuteMs })
    await putEachMinute(member, 29)
    expect(await firstReadable(member)).toBe(1)
    await putEachMinute(member, 2)
    const after = await firstReadable(member)
    // The look at minute 30 compacts what was current at the start; one more period later, at 60,
    // what was current at minute 30.
    expect(after).toBeLessThanOrEqual(2)
    await putEachMinute(member, 28)
    expect(await firstReadable(member)).toBe(after)
    await putEachMinute(member, 2)
    const readable = await firstReadable(member)
    expect(readable).toBeGreaterThan(26)
    expect(readable).toBeLessThanOrEqual(32)
  })

  test('a long period: each hour, once the period has passed', async () => {
    const member = await start({ mode: 'periodic', periodMs: 3 * hourMs })
    await putEachMinute(member, 179)
    expect(await firstReadable(member)).toBe(1)
    await putEachMinute(member, 62)
    const readable = await firstReadable(member)
    // At hour 4, what was current at hour 1.
    expect(readable).toBeGreaterThan(52)
    expect(readable).toBeLessThanOrEqual(62)
    await putEachMinute(member, 57)
    expect(await firstReadable(member)).toBe(readable)
  })
})

describe('revision: the last ones stay readable', () => {
  test('looked at every five minutes', async () => {
    const member = await start({ mode: 'revision', revisions: 10 })
    await putEachMinute(member, 14)
    expect(await firstReadable(member)).toBe(1)
    await putEachMinute(member, 2)
    // At minute 15 the current revision was 16.
    expect(await firstReadable(member)).toBe(6)
    await putEachMinute(member, 4)
    expect(await firstReadable(member)).toBe(11)
  })

  test('and a manual compaction beyond them stands', async () => {
    const member = await start({ mode: 'revision', revisions: 10 })
    await putEachMinute(member, 14)
    await clock.complete(member.compact({ revision: 12 }))
    await putEachMinute(member, 3)
    expect(await firstReadable(member)).toBe(12)
    expect(await refusal(clock.complete(member.compact({ revision: 12 })))).toBe('compacted')
  })
})

test('without a retention nothing is compacted', async () => {
  const member = await start(undefined)
  await putEachMinute(member, 120)
  expect(await firstReadable(member)).toBe(1)
})
