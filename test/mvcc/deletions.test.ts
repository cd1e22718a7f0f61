import { afterEach, describe, expect, test } from 'vitest'
import { MemoryEngine } from '../../src/engine/index.js'
import { type ApplyOutcome, KeyValueState } from '../../src/mvcc/index.js'
import { Command, DeleteRangeRequest, EventType, PutRequest } from '../../src/wire/index.js'
import { bytes, operation, type PastEvent, StateHarness } from './state-harness.js'

const lease = 7n
/** Several chunks of any scan; with zero bytes in some keys, and values too large for their rows. */
const keys = Array.from({ length: 1500 }, (_, index) =>
  index % 10 === 0 ? `k${number(index)}\0` : `k${number(index)}`,
)

function number(index: number): string {
  return String(index).padStart(4, '0')
}

function textOf(index: number): string {
  return index % 100 === 3 ? `${index} `.repeat(1200) : `value of ${index}`
}

const opened: StateHarness[] = []
afterEach(async () => {
  for (const harness of opened.splice(0)) await harness.close()
})

async function filled(kind: 'memory' | 'level'): Promise<StateHarness> {
  const harness = await StateHarness.open(kind)
  opened.push(harness)
  await harness.apply(operation.grant(lease))
  for (const [index, key] of keys.entries()) {
    await harness.apply(operation.put(key, textOf(index), index % 3 === 0 ? lease : 0n))
  }
  return harness
}

/** What watchers are told, in the words in which history tells it. */
function told(outcome: ApplyOutcome | undefined): PastEvent[] {
  return (outcome?.events ?? []).map(({ type, kv, prevKv }) => ({
    type: type === EventType.PUT ? 'put' : 'delete',
    key: kv.key.toString('latin1'),
    value: kv.value.toString('latin1'),
    previous: prevKv?.value.toString('latin1'),
    revision: kv.modRevision,
  }))
}

describe.each(['memory', 'level'] as const)('a deletion of many keys (%s)', (kind) => {
  test('is one revision in order of keys, told alike to watchers of now and of later', async () => {
    const harness = await filled(kind)
    if (kind === 'level') await harness.reopen()
    const [from, to] = [100, 1400]
    const outcome = await harness.apply(
      operation.deleteRange(keys[from] as string, keys[to] as string),
    )
    const revision = outcome?.revision ?? 0
    const expected = keys.slice(from, to).map((key, at) => ({
      ...{ type: 'delete', key, value: '', previous: textOf(from + at), revision },
    }))
    expect(outcome?.response).toMatchObject({ deleted: to - from, prevKvs: [] })
    expect(told(outcome)).toEqual(expected)

    const all = { key: 'k', rangeEnd: 'l' }
    const left = keys.filter((_, index) => index < from || index >= to)
    // Read while the disk has none of it, and when it has all.
    for (const isStored of [false, true]) {
      if (isStored) await harness.reopen()
      expect(await harness.history(revision, revision)).toEqual(expected)
      expect(await harness.range({ ...all, countOnly: true })).toMatchObject({ count: left.length })
      expect((await harness.range(all)).values.map(({ key }) => key)).toEqual(left)
      expect((await harness.range({ ...all, revision: revision - 1 })).count).toBe(keys.length)
      const attached = await harness.state.attachedKeys(lease)
      expect(attached.map((key) => key.toString('latin1'))).toEqual(
        left.filter((key) => keys.indexOf(key) % 3 === 0),
      )
    }
  })

  test('leaves the same rows behind as deletions one by one in a transaction', async () => {
    const together = await filled(kind)
    const apart = await filled(kind)
    const ranges = keys.map((key) => ({ kind: 'delete' as const, key, rangeEnd: '' }))
    const outcome = await together.apply(operation.deleteRange('k', 'l'))
    const expected = await apart.apply(operation.txn(ranges))
    expect(told(outcome)).toEqual(told(expected))
    const rows = await together.rowsNaming('')
    expect(rows).toEqual(await apart.rowsNaming(''))
    expect(await together.hash(0, 1e6)).toBe(await apart.hash(0, 1e6))
    const { revision } = together.state
    expect(await together.hash(revision, 1e6)).toBe(await apart.hash(revision, 1e6))
  })

  test('sees what its transaction has put, and what follows sees the deletion', async () => {
    const harness = await filled(kind)
    const [old = '', second = ''] = keys
    const outcome = await harness.apply(
      operation.txn([
        { kind: 'put', key: 'k0000 new', value: '1' },
        { kind: 'put', key: old, value: '2' },
        { kind: 'delete', key: 'k', rangeEnd: 'l' },
        { kind: 'put', key: second, value: '3' },
      ]),
    )
    const events = told(outcome)
    const deletions = events.slice(2, -1)
    expect(deletions.map(({ key }) => key)).toEqual([...keys, 'k0000 new'].sort())
    expect(deletions.find(({ key }) => key === old)?.previous).toBe(textOf(0))
    expect(deletions.find(({ key }) => key === 'k0000 new')?.previous).toBeUndefined()
    expect(events.at(-1)).toMatchObject({ type: 'put', key: second, previous: undefined })
    const { revision } = harness.state
    expect((await harness.history(revision, revision)).map(({ key }) => key)).toEqual(
      events.map(({ key }) => key),
    )
    const { values, count } = await harness.range({ key: 'k', rangeEnd: 'l' })
    expect(values).toMatchObject([{ key: second, value: '3', version: 1 }])
    expect(count).toBe(1)
  })

  test('is taken back as a whole when its transaction is refused', async () => {
    const harness = await filled(kind)
    const before = await harness.rowsNaming('')
    const refused = await harness.apply(operation.deleteThenKeepValue(keys[5] as string))
    expect(refused?.response).toMatchObject({ code: 'key-not-found' })
    expect(await harness.rowsNaming('')).toEqual(before)
    expect((await harness.range({ key: 'k', rangeEnd: 'l', countOnly: true })).count).toBe(1500)
  })
})

test('a deletion that fits into one turn does not wait for another', async () => {
  let pauses = 0
  const state = await KeyValueState.open(new MemoryEngine(), { pause: async () => void pauses++ })
  let index = 0
  const put = (keyCount: number): void => {
    for (let at = 0; at < keyCount; at++) {
      const request = PutRequest.create({ key: bytes(`a${number(at)}`) })
      state.apply(++index, 1, Command.create({ put: request }))
    }
    state.commit()
  }
  const deletion = Command.create({
    deleteRange: DeleteRangeRequest.create({ key: bytes('a'), rangeEnd: bytes('b') }),
  })
  put(1023)
  expect(state.apply(++index, 1, deletion)).not.toBeInstanceOf(Promise)
  state.commit()
  put(2500)
  expect(await state.apply(++index, 1, deletion)).toMatchObject({ response: { deleted: 2500 } })
  expect(pauses).toBe(2)
})
