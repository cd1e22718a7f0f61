import { beforeEach, describe, expect, test } from 'vitest'
import { MetastoreError } from '../../src/base/errors.js'
import { WriteRoom } from '../../src/store/write-room.js'
import { refusal } from '../contract/store-operations.js'
import { SimulatedClock } from '../sim/simulated-clock.js'

const engine: { congested: boolean; failure: MetastoreError | undefined } = {
  congested: true,
  failure: undefined,
}
let clock: SimulatedClock
let room: WriteRoom

beforeEach(() => {
  Object.assign(engine, { congested: true, failure: undefined })
  clock = new SimulatedClock()
  room = new WriteRoom(engine, clock)
})

/** The numbers of the writes that were let in, in order. */
function letIn(writes: readonly Promise<void>[]): number[] {
  const numbers: number[] = []
  for (const [number, write] of writes.entries()) {
    write.then(
      () => numbers.push(number),
      () => {},
    )
  }
  return numbers
}

describe('writes wait while the engine is behind', () => {
  test('and are let in as they came, a part at a time, when it is not any more', async () => {
    const writes = [1, 2, 3].map(() => room.wait(200_000))
    const numbers = letIn(writes)
    await clock.advance(100)
    expect(numbers).toEqual([])
    engine.congested = false
    expect(room.isOpen).toBe(false)
    await clock.advance(5)
    expect(numbers).toEqual([0])
    engine.congested = true
    await clock.advance(100)
    expect(numbers).toEqual([0])
    engine.congested = false
    await Promise.all([clock.advance(10), ...writes])
    expect(numbers).toEqual([0, 1, 2])
    expect(room.isOpen).toBe(true)
  })

  test('at most 5,000 of them, and 16 MiB', async () => {
    const mebibyte = 1024 * 1024
    const large = Array.from({ length: 16 }, () => room.wait(mebibyte))
    expect(await refusal(room.wait(1))).toBe('too-many-requests')
    engine.congested = false
    await Promise.all([clock.advance(1_000), ...large])
    engine.congested = true
    const small = Array.from({ length: 5_000 }, () => room.wait(1))
    expect(await refusal(room.wait(1))).toBe('too-many-requests')
    engine.congested = false
    await Promise.all([clock.advance(1_000), ...small])
  })

  test('for five seconds', async () => {
    const first = refusal(room.wait(1))
    await clock.advance(3_000)
    const second = room.wait(1)
    await clock.advance(2_500)
    expect(await first).toBe('too-many-requests')
    engine.congested = false
    await Promise.all([clock.advance(100), second])
  })

  test('until it fails, or they are told to go', async () => {
    const failing = refusal(room.wait(1))
    engine.failure = new MetastoreError('no-space')
    await clock.advance(100)
    expect(await failing).toBe('no-space')
    engine.failure = undefined
    const stopped = refusal(room.wait(1))
    room.close()
    expect(await stopped).toBe('server-stopped')
  })
})
