import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { LevelEngine } from '../../src/engine/index.js'
import { FactLoader, KeyValueState, Sweeper } from '../../src/mvcc/index.js'
import { type Command, Event, RangeRequest } from '../../src/wire/index.js'
import { bytes, operation } from './state-harness.js'

const keyOf = (index: number): string => `key-${String(index).padStart(6, '0')}`

describe('a state over LevelDB', () => {
  let folder: string
  let engine: LevelEngine
  let state: KeyValueState

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'metastore-facts-'))
    engine = await LevelEngine.open({ folder })
    state = await KeyValueState.open(engine)
  })

  afterEach(async () => {
    await engine.close()
    await rm(folder, { recursive: true })
  })

  async function apply(command: Command): Promise<void> {
    await state.apply(state.appliedIndex + 1, 1, command)
    state.commit()
  }

  /** Puts a key, and answers how often its current row was asked for. */
  async function readsOfPut(key: string): Promise<number> {
    const asked = vi.spyOn(engine, 'get')
    await apply(operation.put(key, 'value', 0n))
    const reads = asked.mock.calls.filter(([row]) => row === `c${key}`).length
    asked.mockRestore()
    return reads
  }

  test('asks it what a key held when the key is put first, and not again', async () => {
    await apply(operation.put('b', 'value', 0n))
    state = await KeyValueState.open(engine)
    expect(await readsOfPut('b')).toBe(1)
    expect(await readsOfPut('b')).toBe(0)
    await apply(operation.deleteRange('b', ''))
    expect(await readsOfPut('b')).toBe(0)
    const { keyValues } = await state.range(rangeOf('b'))
    expect(keyValues.map(({ createRevision, version }) => [createRevision, version])).toEqual([
      [6, 1],
    ])
  })

  test('asks it of no key once all are loaded, however many are put meanwhile', async () => {
    for (let index = 0; index < 6000; index++) await apply(operation.put(keyOf(index), 'v', 0n))
    state = await KeyValueState.open(engine)
    let next = 0
    const loader = new FactLoader(engine, () => state.facts)
    while (state.facts?.isSettled === false) {
      const step = loader.load()
      await apply(operation.put(keyOf(next++), 'w', 0n))
      await apply(operation.deleteRange(keyOf(next++), ''))
      await apply(operation.put(`new-${next++}`, 'w', 0n))
      await step
    }
    expect(next).toBeGreaterThan(3)
    for (let index = 0; index < 6000; index += 97) expect(await readsOfPut(keyOf(index))).toBe(0)
    expect(await readsOfPut('another')).toBe(0)
    const first = (await state.range(rangeOf(keyOf(97)))).keyValues[0]
    expect([first?.createRevision, first?.version]).toEqual([99, 2])
    await loader.close()
  })

  test('begins to load anew after a deletion of very many keys', async () => {
    for (let index = 0; index < 8300; index++) await apply(operation.put(keyOf(index), 'v', 0n))
    await apply(operation.put('early', 'v', 0n))
    state = await KeyValueState.open(engine)
    const loader = new FactLoader(engine, () => state.facts)
    await loader.load()
    expect(await readsOfPut('early')).toBe(0)
    await apply(operation.deleteRange('key-', 'key.'))
    while (state.facts?.isSettled !== true) await loader.load()
    for (const key of ['early', keyOf(1), keyOf(8000)]) expect(await readsOfPut(key)).toBe(0)
    const { keyValues } = await state.range(rangeOf('early'))
    expect(keyValues.map(({ createRevision, version }) => [createRevision, version])).toEqual([
      [8302, 3],
    ])
    await loader.close()
  })

  test('loads no more when it is closed', async () => {
    for (let index = 0; index < 10; index++) await apply(operation.put(keyOf(index), 'v', 0n))
    state = await KeyValueState.open(engine)
    const loader = new FactLoader(engine, () => state.facts)
    await loader.close()
    await loader.load()
    expect(state.facts?.recall(keyOf(3))).toBe(undefined)
  })

  test('tells whoever asks for it in the turn of the commit what a put replaced', async () => {
    await apply(operation.put('a', 'one', 0n))
    const outcome = await state.apply(state.appliedIndex + 1, 1, operation.put('a', 'two', 0n))
    const again = await state.apply(state.appliedIndex + 2, 1, operation.put('b', 'three', 0n))
    state.commit()
    expect(eventsOf(outcome?.events)).toEqual([['two', 'one']])
    expect(eventsOf(again?.events)).toEqual([['three', undefined]])
  })

  test('does not look up what a put replaced for who did not ask, and does for who does', async () => {
    await apply(operation.put('a', 'one', 0n))
    const outcome = await state.apply(state.appliedIndex + 1, 1, operation.put('a', 'two', 0n))
    state.commit()
    const asked = vi.spyOn(engine, 'get')
    const [event] = outcome?.events ?? []
    const short = event?.withoutPrevious()
    expect(Event.decode(short?.encoded ?? Buffer.alloc(0)).prevKv).toBe(undefined)
    expect(asked).not.toHaveBeenCalled()
    const whole = Event.decode(event?.encoded ?? Buffer.alloc(0))
    expect(eventsOf([whole])).toEqual([['two', 'one']])
    expect(event?.withoutPrevious().prevKv).toBe(undefined)
    expect(asked).toHaveBeenCalledOnce()
  })

  test('tells of what is no longer in the history that there was nothing', async () => {
    await apply(operation.put('a', 'one', 0n))
    const outcome = await state.apply(state.appliedIndex + 1, 1, operation.put('a', 'two', 0n))
    state.commit()
    const [event] = outcome?.events ?? []
    await apply(operation.compact(state.revision))
    const sweeper = new Sweeper(engine, state, () => Promise.resolve())
    await sweeper.sweep()
    await sweeper.close()
    expect(event?.prevKv).toBe(undefined)
  })

  test('with no memory for it asks for each', async () => {
    state = await KeyValueState.open(engine, { keyFactsBytes: 0 })
    await apply(operation.put('b', 'value', 0n))
    expect(await readsOfPut('b')).toBe(1)
  })
})

function rangeOf(key: string): RangeRequest {
  return RangeRequest.create({ key: bytes(key) })
}

function eventsOf(events: readonly Event[] = []): (string | undefined)[][] {
  return events.map(({ kv, prevKv }) => [kv.value.toString(), prevKv?.value.toString()])
}
