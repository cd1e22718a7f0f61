import { afterEach, expect, test } from 'vitest'
import { MemoryEngine, ReplaceableLevelEngine } from '../../src/engine/index.js'
import type { AppliedEntry } from '../../src/node/index.js'
import { ReplicatedState } from '../../src/store/replicated-state.js'
import {
  Command,
  CompactionRequest,
  LeaseCheckpoint,
  LeaseCheckpointRequest,
  LeaseGrantRequest,
  PutRequest,
  RangeRequest,
} from '../../src/wire/index.js'
import { Folders, readAll } from '../engine/level-harness.js'
import { CheckpointSetup } from './lease-checkpoints-setup.js'

const folders = new Folders()
afterEach(() => folders.removeAll())

function put(index: number): AppliedEntry {
  const request = PutRequest.create({ key: Buffer.from('key'), value: Buffer.from(`${index}`) })
  return entry(index, { put: request })
}

function grant(index: number, id: bigint, ttl: number): AppliedEntry {
  return entry(index, { leaseGrant: LeaseGrantRequest.create({ id, ttl }) })
}

function entry(index: number, command: Partial<Command>): AppliedEntry {
  return {
    index,
    term: 1,
    payload: Command.encode(Command.create(command)),
    attachment: undefined,
    respond: () => {},
    refuse: (error) => {
      throw error
    },
  }
}

test('a snapshot that replaces the state says so, once the new revision can be read', async () => {
  const source = await ReplicatedState.open(new MemoryEngine())
  await source.apply([put(1), put(2), put(3)])
  const state = await ReplicatedState.open(new MemoryEngine())
  const heard: number[] = []
  state.onRestored(() => heard.push(state.revision))
  const capture = source.capture()
  await (await state.receive({ ...capture, term: 1 })).install()
  capture.close()
  expect(heard).toEqual([4])
})

test('ranges that are remembered are not those of the state that was replaced', async () => {
  const source = await ReplicatedState.open(new MemoryEngine())
  await source.apply([put(1), put(2), put(3)])
  const state = await ReplicatedState.open(new MemoryEngine())
  await state.apply([put(1)])
  const everything = RangeRequest.create({ key: Buffer.from('\0'), rangeEnd: Buffer.from('\0') })
  const values = async () => {
    const { keyValues } = await state.keyValues.range(everything)
    return keyValues.map(({ value }) => value.toString())
  }
  for (let time = 0; time < 3; time++) expect(await values()).toEqual(['1'])
  const capture = source.capture()
  await (await state.receive({ ...capture, term: 1 })).install()
  capture.close()
  for (let time = 0; time < 3; time++) expect(await values()).toEqual(['3'])
})

test('leases of a snapshot take the place of those before, with what was left of them', async () => {
  const checkpoints = [LeaseCheckpoint.create({ id: 2n, remainingTtl: 40 })]
  const leaseCheckpoint = LeaseCheckpointRequest.create({ checkpoints })
  const source = await ReplicatedState.open(new MemoryEngine())
  await source.apply([grant(1, 2n, 100), grant(2, 3n, 100), entry(3, { leaseCheckpoint })])
  const state = await ReplicatedState.open(new MemoryEngine())
  const { lessor } = new CheckpointSetup()
  await state.apply([grant(1, 3n, 500)])
  state.onLeases(lessor)
  lessor.granted(1n, 100)
  const capture = source.capture()
  await (await state.receive({ ...capture, term: 1 })).install()
  capture.close()
  lessor.promote(0)
  const left = [1n, 2n, 3n].map((id) => lessor.remainingSeconds(id))
  expect(left).toEqual([undefined, 40, 100])
})

test('a snapshot that the state has overtaken is not called damaged', async () => {
  const source = await ReplicatedState.open(new MemoryEngine())
  await source.apply([put(1), put(2)])
  const capture = source.capture()
  const state = await ReplicatedState.open(new MemoryEngine())
  await state.apply([put(1), put(2), put(3)])
  const received = await state.receive({ ...capture, term: 1 })
  await received.discard()
  capture.close()
  expect(state.revision).toBe(4)
})

async function piecesOf(state: ReplicatedState): Promise<Buffer[]> {
  const capture = state.capture()
  const pieces: Buffer[] = []
  for await (const piece of capture.chunks) pieces.push(Buffer.from(piece))
  capture.close()
  return pieces
}

async function* streamOf(pieces: readonly Buffer[]) {
  yield* pieces
}

test('where a state came from survives with it, and is not handed on', async () => {
  const source = await ReplicatedState.open(new MemoryEngine())
  await source.apply([put(1), put(2)])
  const folder = await folders.make()
  const engine = await ReplaceableLevelEngine.open({ folder })
  const state = await ReplicatedState.open(engine)
  expect(state.origin).toBeUndefined()
  const origin = Buffer.from('the leader')
  const chunks = streamOf(await piecesOf(source))
  const received = await state.receive({ index: 2, term: 1, chunks, origin })
  expect([state.appliedIndex, state.origin]).toEqual([0, undefined])
  await received.install()
  expect([state.appliedIndex, state.durableIndex, state.origin]).toEqual([2, 2, origin])
  expect(await piecesOf(state)).toEqual(await piecesOf(source))
  await state.apply([put(3)])
  await engine.close()
  const again = await ReplaceableLevelEngine.open({ folder })
  const reopened = await ReplicatedState.open(again)
  expect([reopened.appliedIndex, reopened.origin]).toEqual([3, origin])
  await again.close()
})

test('what cannot be a state is refused wherever it is cut, and changes nothing', async () => {
  const source = await ReplicatedState.open(new MemoryEngine())
  await source.apply([put(1), put(2), grant(3, 2n, 100)])
  const [whole = Buffer.alloc(0)] = await piecesOf(source)
  const engine = new MemoryEngine()
  const state = await ReplicatedState.open(engine)
  await state.apply([put(1)])
  const before = await readAll(engine)
  for (let at = 0; at < whole.length; at++) {
    const chunks = streamOf([whole.subarray(0, at)])
    await expect(state.receive({ index: 3, term: 1, chunks })).rejects.toMatchObject({
      code: 'data-corrupt',
    })
  }
  const chunks = streamOf([whole])
  await expect(state.receive({ index: 4, term: 1, chunks })).rejects.toThrow(
    'index 4 holds index 3',
  )
  expect([await readAll(engine), state.appliedIndex]).toEqual([before, 1])
  const received = await state.receive({ index: 3, term: 1, chunks: streamOf([whole]) })
  await received.discard()
  expect([await readAll(engine), state.appliedIndex]).toEqual([before, 1])
})

test('who removes compacted rows hears of every compaction, and of a state that is not swept', async () => {
  const compaction = CompactionRequest.create({ revision: 3 })
  const source = await ReplicatedState.open(new MemoryEngine())
  await source.apply([put(1), put(2), put(3)])
  let heard = 0
  source.onCompacted(() => heard++)
  expect(heard).toBe(1)
  await source.apply([entry(4, { compaction }), put(5)])
  expect(heard).toBe(2)
  const state = await ReplicatedState.open(new MemoryEngine())
  state.onCompacted(() => heard++)
  const chunks = streamOf(await piecesOf(source))
  await (await state.receive({ index: 5, term: 1, chunks })).install()
  expect(heard).toBe(4)
})

test('pieces stay small, however large the values are', async () => {
  const value = Buffer.alloc(1024 * 1024)
  const source = await ReplicatedState.open(new MemoryEngine())
  for (let index = 1; index <= 24; index++) {
    const request = PutRequest.create({ key: Buffer.from(`key${index}`), value })
    await source.apply([entry(index, { put: request })])
  }
  const pieces = await piecesOf(source)
  expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThan(2.1 * 1024 * 1024)
  const state = await ReplicatedState.open(new MemoryEngine())
  const chunks = streamOf(pieces)
  await (await state.receive({ index: 24, term: 1, chunks })).install()
  const again = await piecesOf(state)
  expect(Buffer.concat(again).equals(Buffer.concat(pieces))).toBe(true)
})
