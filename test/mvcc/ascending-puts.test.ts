import { beforeEach, expect, test, vi } from 'vitest'
import { MemoryEngine } from '../../src/engine/index.js'
import { KeyValueState } from '../../src/mvcc/index.js'
import type { Command, PutResponse, TxnResponse } from '../../src/wire/index.js'
import { operation } from './state-harness.js'

const keyOf = (index: number): string => `key-${String(index).padStart(6, '0')}`

let engine: MemoryEngine
let state: KeyValueState

beforeEach(async () => {
  engine = new MemoryEngine()
  state = await KeyValueState.open(engine)
})

async function apply<Response>(command: Command): Promise<Response> {
  const outcome = await state.apply(state.appliedIndex + 1, 1, command)
  state.commit()
  return outcome?.response as Response
}

/** Puts a key, and answers how often its current row was asked for. */
async function readsOfPut(key: string): Promise<number> {
  const asked = vi.spyOn(engine, 'get')
  await apply<PutResponse>(operation.put(key, 'value', 0n))
  const reads = asked.mock.calls.filter(([row]) => row === `c${key}`).length
  asked.mockRestore()
  return reads
}

test('where keys come in order, they are put without looking for them', async () => {
  await readsOfPut(keyOf(0))
  for (let index = 1; index < 2_000; index++) expect(await readsOfPut(keyOf(index))).toBe(0)
})

test('a key is looked for where it may be there', async () => {
  for (let index = 0; index < 1_000; index += 2) await readsOfPut(keyOf(index))
  expect(await readsOfPut(keyOf(500))).toBe(1)
  expect(await readsOfPut(keyOf(501))).toBe(1)
  expect(await readsOfPut(keyOf(998))).toBe(1)
})

test('after a start nothing is known of the keys that are there', async () => {
  for (let index = 0; index < 1_000; index++) await readsOfPut(keyOf(index))
  state = await KeyValueState.open(engine)
  expect(await readsOfPut(keyOf(1_000))).toBe(1)
})

test('what a transaction that failed has put is not held against other keys', async () => {
  for (let index = 0; index < 10; index++) await readsOfPut(keyOf(index))
  await apply<TxnResponse>(operation.deleteThenKeepValue(keyOf(9)))
  expect(await readsOfPut(keyOf(9))).toBe(1)
})
