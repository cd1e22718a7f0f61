import { expect, test } from 'vitest'
import { ByteBudget } from '../../src/base/byte-budget.js'
import { LargeRange } from '../../src/mvcc/index.js'
import type { RangeRequest } from '../../src/wire/index.js'
import { CountingScratch, keys, knownFromFile, put, wholeRange } from './large-state.js'
import { encodedResponse, keyOf, type Pair, requestOf } from './remembering-pair.js'
import { operation } from './state-harness.js'

const share = () => new ByteBudget(100_000_000).share()

async function found(pair: Pair, request: RangeRequest): Promise<LargeRange> {
  const answer = await pair.cached.rangeInSteps(request, share())
  if (!(answer instanceof LargeRange)) throw new Error('it came at once')
  return answer
}

/** All steps; answers what the last one said. */
function readAll(range: LargeRange): string {
  for (;;) {
    const step = range.read()
    if (step !== 'more') return step
  }
}

async function expected(pair: Pair, request: RangeRequest): Promise<string> {
  const { revision } = pair.plain
  return encodedResponse(await pair.plain.range(request), revision)
}

async function changeSome(pair: Pair): Promise<void> {
  for (let index = 0; index < keys; index += 97) {
    await pair.apply(put(index, 'newer'))
    await pair.apply(operation.deleteRange(keyOf(index + 7), ''))
    await pair.apply(operation.put(`${keyOf(index + 11)}-new`, 'new', 0n))
  }
}

test('a long answer is read in steps of a bounded size, and is what it would be at once', async () => {
  const scratch = new CountingScratch(20_000_000)
  const pair = await knownFromFile(scratch)
  await changeSome(pair)
  const wanted = await expected(pair, wholeRange)
  const range = await found(pair, wholeRange)
  const steps: number[] = []
  for (let step = 'more'; step === 'more'; ) {
    const before = scratch.readBytes
    step = range.read()
    steps.push(scratch.readBytes - before)
  }
  expect(steps.length).toBeGreaterThan(3)
  expect(Math.max(...steps)).toBeLessThan(270 * 1024)
  expect(encodedResponse(range.result, range.revision)).toBe(wanted)
})

test('it shows the moment in which it was found, whatever changes before its last step', async () => {
  const pair = await knownFromFile(new CountingScratch(20_000_000))
  await changeSome(pair)
  const wanted = await expected(pair, wholeRange)
  const range = await found(pair, wholeRange)
  range.read()
  for (let index = 0; index < keys; index += 3) await pair.apply(put(index, 'later'))
  // Whoever asks now has the runs renewed.
  for (let from = 0; from < keys; from += 50) {
    await pair.cached.range(requestOf({ from, to: from + 50 }))
  }
  expect(readAll(range)).toBe('done')
  expect(encodedResponse(range.result, range.revision)).toBe(wanted)
})

test('a part of a range, and its first keys, are found as if they came at once', async () => {
  const pair = await knownFromFile(new CountingScratch(20_000_000))
  for (const bounds of [
    { from: 13, to: keys - 17 },
    { from: 5, to: keys, limit: 3_001 },
    { from: 0, to: keys, limit: keys },
    { from: 1, to: keys, limit: keys + 5 },
  ]) {
    const request = requestOf(bounds)
    const range = await found(pair, request)
    expect(readAll(range)).toBe('done')
    const response = encodedResponse(range.result, range.revision)
    expect(response).toBe(await expected(pair, request))
  }
})

test('it is lost, and never wrong, where other runs have taken the place of its own', async () => {
  const pair = await knownFromFile(new CountingScratch(2_600_000))
  const range = await found(pair, wholeRange)
  for (let time = 0; time < 2; time++) {
    for (let from = 0; from < keys; from += 10) {
      await pair.apply(put(from, `later ${time}`))
      await pair.cached.range(requestOf({ from, to: from + 10 }))
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  expect(readAll(range)).toBe('lost')
})

test('it is lost where the file is slow, which costs nothing that is known', async () => {
  const scratch = new CountingScratch(20_000_000)
  const pair = await knownFromFile(scratch)
  const range = await found(pair, wholeRange)
  scratch.answers = 'slow'
  expect(readAll(range)).toBe('lost')
  scratch.answers = 'done'
  expect(readAll(await found(pair, wholeRange))).toBe('done')
})
