import { describe, expect, test } from 'vitest'
import type { ScratchRead } from '../../src/engine/index.js'
import { MemoryScratch } from '../support/memory-scratch.js'
import { waitFor } from '../support/wait-for.js'
import { keyOf, Pair, requestOf } from './remembering-pair.js'
import { operation } from './state-harness.js'

const keys = 4_000
/** Less than half of what the keys take, and a part of that goes into the names of what is on the file. */
const memoryBytes = 100_000

class TestScratch extends MemoryScratch {
  answers: ScratchRead = 'done'
  isFull = false

  constructor(sizeBytes: number) {
    super({
      sizeBytes,
      written: () => new Promise((resolve) => setImmediate(resolve)),
      fails: () => this.isFull,
      outcome: () => this.answers,
    })
  }
}

async function opened(scratch: MemoryScratch): Promise<Pair> {
  const pair = await Pair.open(memoryBytes, scratch)
  for (let index = 0; index < keys; index += 500) await pair.putAll(index, index + 500)
  return pair
}

/** Ten keys at a time, all over the keys; answers the scans that took. */
async function scansOfScattered(pair: Pair, times: number): Promise<number> {
  const before = pair.engine.scans
  for (let time = 0; time < times; time++) {
    const from = (time * 1_237) % (keys - 10)
    await pair.ask(requestOf({ from, to: from + 10 }))
    await new Promise((resolve) => setImmediate(resolve))
  }
  return pair.engine.scans - before
}

describe('a state that keeps ranges on a file', () => {
  test('comes to know all areas in which ranges are asked again and again, with little in memory', async () => {
    const scratch = new TestScratch(10_000_000)
    const pair = await opened(scratch)
    await scansOfScattered(pair, 400)
    expect(await scansOfScattered(pair, 400)).toBe(0)
    expect(scratch.reads).toBeGreaterThan(300)
    expect(await pair.scansOf({ from: 0, to: keys })).toBe(0)
  })

  test('answers what keys hold that have changed since they were written there', async () => {
    const pair = await opened(new TestScratch(10_000_000))
    await scansOfScattered(pair, 400)
    for (let index = 0; index < keys; index += 61) {
      await pair.apply(operation.put(keyOf(index), 'changed', 0n))
      await pair.apply(operation.deleteRange(keyOf(index + 7), ''))
      await pair.apply(operation.put(`${keyOf(index + 11)}-new`, 'new', 0n))
    }
    await scansOfScattered(pair, 400)
    await pair.ask(requestOf({ from: 0, to: keys }))
    await pair.ask(requestOf({ from: 0, to: keys, limit: 1_000 }))
  })

  test('goes on where the file has come to its end', async () => {
    const scratch = new TestScratch(100_000)
    const pair = await opened(scratch)
    await scansOfScattered(pair, 1_000)
    expect(scratch.writes).toBeGreaterThan(20)
    expect(await scansOfScattered(pair, 400)).toBeGreaterThan(10)
    expect(scratch.reads).toBeGreaterThan(100)
  })

  test('does not ask the file while that is slow, and knows later what is on it', async () => {
    const scratch = new TestScratch(10_000_000)
    const pair = await opened(scratch)
    await scansOfScattered(pair, 400)
    scratch.answers = 'slow'
    expect(await scansOfScattered(pair, 100)).toBeGreaterThan(20)
    scratch.answers = 'done'
    expect(await scansOfScattered(pair, 100)).toBe(0)
  })

  test('reads anew what the file has lost', async () => {
    const scratch = new TestScratch(10_000_000)
    const pair = await opened(scratch)
    await scansOfScattered(pair, 400)
    scratch.answers = 'lost'
    expect(await scansOfScattered(pair, 20)).toBeGreaterThan(10)
    scratch.answers = 'done'
    await scansOfScattered(pair, 400)
    expect(await scansOfScattered(pair, 100)).toBe(0)
  })

  test('does without the file when it cannot be written', async () => {
    const scratch = new TestScratch(10_000_000)
    const pair = await opened(scratch)
    scratch.isFull = true
    await scansOfScattered(pair, 200)
    await waitFor('the file is given up', () => scratch.isAbandoned)
    const scans = await scansOfScattered(pair, 200)
    expect(scans).toBeGreaterThan(100)
    // No area is read where there is no room for it.
    expect(scans).toBeLessThanOrEqual(200)
    await pair.askUntilKnown({ from: 10, to: 30 })
  })

  test('leaves an area alone whose first key holds more than is kept', async () => {
    const pair = await opened(new TestScratch(10_000_000))
    await pair.apply(operation.put(keyOf(0), 'x'.repeat(8_000), 0n))
    for (let time = 0; time < 10; time++) await scansOfScattered(pair, 10)
    expect(await pair.scansOf({ from: 1, to: 9 })).toBe(1)
  })
})
