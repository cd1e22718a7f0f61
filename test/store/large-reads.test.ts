import { expect, test } from 'vitest'
import { LargeRange } from '../../src/mvcc/index.js'
import { LargeReads } from '../../src/store/large-reads.js'
import { ReadBudget } from '../../src/store/read-budget.js'
import { CountingScratch, knownFromFile, put, wholeRange } from '../mvcc/large-state.js'
import { encodedResponse } from '../mvcc/remembering-pair.js'
import { waitFor } from '../support/wait-for.js'
import { FakeClock } from '../watch/fake-clock.js'

const mebibyte = 1024 * 1024

async function opened(maxReadBytes = 100 * mebibyte) {
  const scratch = new CountingScratch(20_000_000)
  const pair = await knownFromFile(scratch)
  const clock = new FakeClock()
  let turns = 0
  const nextTurn = async () => {
    turns++
    await new Promise((resolve) => setImmediate(resolve))
  }
  const budget = new ReadBudget(clock, nextTurn, maxReadBytes)
  const reads = new LargeReads({ state: { keyValues: pair.cached }, budget, clock, nextTurn })
  const find = async () => {
    const found = await budget.run((share) => pair.cached.rangeInSteps(wholeRange, share))
    if (!(found instanceof LargeRange)) throw new Error('it came at once')
    return found
  }
  const readFound = async (found: LargeRange, signal?: AbortSignal) => {
    const { answer, revision } = await reads.read(found, wholeRange, signal)
    return { revision, response: encodedResponse(answer, revision) }
  }
  const read = async (signal?: AbortSignal) => readFound(await find(), signal)
  const expected = async () => {
    const { revision } = pair.plain
    return { revision, response: encodedResponse(await pair.plain.range(wholeRange), revision) }
  }
  return { scratch, pair, clock, find, readFound, read, expected, turnsTaken: () => turns }
}

test('others have their turns between the steps of a long answer', async () => {
  const { read, expected, turnsTaken } = await opened()
  expect(await read()).toEqual(await expected())
  expect(turnsTaken()).toBeGreaterThan(3)
})

test('long answers come one after the other, with a rest between them, each of its own moment', async () => {
  const { read, expected, pair, clock } = await opened()
  const before = await expected()
  let done = 0
  const reads = [read(), read(), read()].map(async (reading) => {
    const answer = await reading
    done++
    return answer
  })
  const [first, second, third] = reads
  expect(await first).toEqual(before)
  expect(done).toBe(1)
  await pair.apply(put(7, 'later'))
  const after = await expected()
  await clock.advance(1)
  expect(done).toBe(1)
  await clock.advance(3)
  expect(await second).toEqual(after)
  await clock.advance(4)
  expect(await third).toEqual(after)
})

test('who no longer wants an answer keeps nobody from theirs', async () => {
  const { read, expected, clock } = await opened()
  const controller = new AbortController()
  const first = read()
  const givenUp = expect(read(controller.signal)).rejects.toMatchObject({
    code: 'context-canceled',
  })
  const third = read()
  controller.abort()
  await givenUp
  await first
  await clock.advance(4)
  expect(await third).toEqual(await expected())
})

test('who waits holds nothing of what was found', async () => {
  const { find, readFound, expected, clock } = await opened()
  const [first, second] = [await find(), await find()]
  const answers = [readFound(first), readFound(second)]
  expect(first.sizeBytes).toBeGreaterThan(1_000_000)
  expect(second.sizeBytes).toBe(0)
  await answers[0]
  await clock.advance(4)
  expect(await answers[1]).toEqual(await expected())
})

test('nobody waits for the disk with another whose answer is no longer on the file', async () => {
  const { scratch, pair, clock, find, readFound, expected } = await opened()
  const [first, second] = [await find(), await find()]
  const whole = await expected()
  scratch.answers = 'slow'
  pair.engine.hold()
  const { scans } = pair.engine
  let isDone = false
  const slow = readFound(first).finally(() => {
    isDone = true
  })
  await waitFor('the disk is asked', () => pair.engine.scans > scans)
  scratch.answers = 'done'
  const known = readFound(second)
  await clock.advance(4)
  expect(await known).toEqual(whole)
  expect(isDone).toBe(false)
  pair.engine.letGo()
  expect(await slow).toEqual(whole)
})

test('what is lost on the way is read again, as it is then', async () => {
  const { scratch, read, expected, pair } = await opened()
  const reading = read()
  await pair.apply(put(7, 'later'))
  scratch.answers = 'slow'
  expect(await reading).toEqual(await expected())
})

test('a long answer draws on the budget of all reads', async () => {
  const { read } = await opened(mebibyte)
  await expect(read()).rejects.toMatchObject({ code: 'too-many-requests' })
})
