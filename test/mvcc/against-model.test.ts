import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MetastoreError } from '../../src/base/errors.js'
import type { ApplyOutcome } from '../../src/mvcc/index.js'
import { type Command, EventType, RangeRequest, SortOrder } from '../../src/wire/index.js'
import { containsOf, type Draft, Model } from './model.js'
import { bytes, operation, StateHarness } from './state-harness.js'

const alphabet = ['a', 'b', 'c', 'ab', 'a\0', '\u00ff', '\0']
const key = fc.constantFrom(...alphabet)
const rangeEnd = fc.constantFrom('', '\0', 'b', 'c', 'zz')
const value = fc.oneof(
  { weight: 9, arbitrary: fc.string({ maxLength: 3 }) },
  { weight: 1, arbitrary: fc.constantFrom('x'.repeat(5000), 'y'.repeat(4096)) },
)
const lease = fc.constantFrom(0n, 0n, 7n, 8n)

type Action =
  | { readonly kind: 'put'; readonly key: string; readonly value: string; readonly lease: bigint }
  | { readonly kind: 'delete'; readonly key: string; readonly rangeEnd: string }
  | { readonly kind: 'txn'; readonly steps: readonly Step[] }
  | { readonly kind: 'compact'; readonly back: number }
  | { readonly kind: 'grant' | 'revoke'; readonly lease: bigint }
  | { readonly kind: 'sweep' | 'load' }

type Step =
  | { readonly kind: 'put'; readonly key: string; readonly value: string }
  | { readonly kind: 'delete' | 'last'; readonly key: string; readonly rangeEnd: string }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('put' as const), key, value }),
  fc.record({ kind: fc.constantFrom('delete' as const, 'last' as const), key, rangeEnd }),
)
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('put' as const), key, value, lease }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('delete' as const), key, rangeEnd }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('txn' as const),
      steps: fc.array(step, { maxLength: 4 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('compact' as const), back: fc.nat({ max: 6 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('grant' as const, 'revoke' as const),
      lease: fc.constantFrom(7n, 8n),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('sweep' as const, 'load' as const) }) },
)

interface Last {
  readonly key: string | undefined
  readonly count: number
}

function lastOf(draft: Draft, step: { key: string; rangeEnd: string }): Last {
  const keys = [...draft.values.keys()].filter(containsOf(step.key, step.rangeEnd)).sort()
  return { key: keys.at(-1), count: keys.length }
}

function lastsIn(outcome: ApplyOutcome | undefined): Last[] {
  if (outcome === undefined || !('responses' in outcome.response)) return []
  return outcome.response.responses.flatMap(({ responseRange: found }) =>
    found === undefined ? [] : [{ key: found.kvs[0]?.byteKey, count: found.count }],
  )
}

/**
 * Carries an action out on the model; answers the command for the state, and adds what its reads
 * find to `lasts`.
 */
function onModel(model: Model, act: Action, lasts: Last[]): Command | undefined {
  switch (act.kind) {
    case 'put':
      if (act.lease === 0n || model.leases.has(act.lease)) {
        model.transact((draft) => draft.put(act.key, act.value, act.lease))
      }
      return operation.put(act.key, act.value, act.lease)
    case 'delete':
      model.transact((draft) => draft.deleteRange(containsOf(act.key, act.rangeEnd)))
      return operation.deleteRange(act.key, act.rangeEnd)
    case 'txn':
      model.transact((draft) => {
        for (const each of act.steps) {
          if (each.kind === 'put') draft.put(each.key, each.value, 0n)
          else if (each.kind === 'last') lasts.push(lastOf(draft, each))
          else draft.deleteRange(containsOf(each.key, each.rangeEnd))
        }
      })
      return operation.txn(act.steps)
    case 'compact': {
      const revision = model.revision - act.back
      if (revision > model.compacted) model.compacted = revision
      return operation.compact(revision)
    }
    case 'grant':
      model.leases.add(act.lease)
      return operation.grant(act.lease)
    case 'revoke':
      if (model.leases.delete(act.lease)) {
        model.transact((draft) =>
          draft.deleteRange((candidate) => draft.values.get(candidate)?.lease === act.lease),
        )
      }
      return operation.revoke(act.lease)
    case 'sweep':
    case 'load':
      return undefined
  }
}

async function checkReads(harness: StateHarness, model: Model): Promise<void> {
  expect(harness.state.revision).toBe(model.revision)
  expect(harness.state.compactedRevision).toBe(model.compacted)
  for (let revision = Math.max(model.compacted, 1); revision <= model.revision; revision++) {
    await checkRevision(harness, model, revision)
  }
  if (model.compacted > 1) {
    const request = RangeRequest.create({ key: bytes('a'), revision: model.compacted - 1 })
    expect(await harness.errorOf(request)).toBe('compacted')
  }
}

async function checkRevision(harness: StateHarness, model: Model, revision: number) {
  const expected = [...model.at(revision).values()].sort((a, b) => (a.key < b.key ? -1 : 1))
  const all = await harness.range({ key: '\0', rangeEnd: '\0', revision })
  expect(all.values).toEqual(expected)
  expect(all.count).toBe(expected.length)
  for (const [from, end] of [
    ['a', 'b'],
    ['ab', ''],
    ['a', '\0'],
    ['c', 'a'],
  ] as const) {
    const contains = containsOf(from, end)
    const range = { key: from, rangeEnd: end, revision }
    const matching = expected.filter((each) => contains(each.key))
    const count = matching.length
    const limited = { count, more: count > 2 }
    const first = await harness.range({ ...range, limit: 2 })
    expect(first).toEqual({ ...limited, values: matching.slice(0, 2) })
    const last = await harness.range({ ...range, limit: 2, sortOrder: SortOrder.DESCEND })
    expect(last).toEqual({ ...limited, values: matching.toReversed().slice(0, 2) })
    const backwards = await harness.range({ ...range, sortOrder: SortOrder.DESCEND })
    expect(backwards).toEqual({ count, more: false, values: matching.toReversed() })
    const counted = await harness.range({ ...range, limit: 2, countOnly: true })
    expect(counted).toEqual({ count, more: false, values: [] })
  }
}

async function checkHistory(harness: StateHarness, model: Model): Promise<void> {
  const first = Math.max(model.compacted, 2)
  const read = await harness.history(first, model.revision)
  const expected: unknown[] = []
  for (let revision = first; revision <= model.revision; revision++) {
    for (const event of model.events.get(revision) ?? []) {
      // At the compacted revision only what a reader there still needs is promised.
      if (revision === model.compacted) continue
      const previous = revision - 1 >= model.compacted ? event.previous : undefined
      expected.push({ ...event, previous, revision })
    }
  }
  expect(read.filter((event) => event.revision !== model.compacted)).toEqual(expected)
}

for (const engine of ['memory', 'level'] as const) {
  describe(`mvcc over the ${engine} engine`, () => {
    test('answers every revision, count and past event as the naive model does', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(action, { maxLength: 30 }), async (actions) => {
          const harness = await StateHarness.open(engine)
          try {
            const model = new Model()
            for (const act of actions) {
              const lasts: Last[] = []
              const command = onModel(model, act, lasts)
              if (command === undefined) {
                await (act.kind === 'load' ? harness.loadFacts() : harness.sweep())
              } else expect(lastsIn(await harness.apply(command))).toEqual(lasts)
            }
            await checkReads(harness, model)
            await checkHistory(harness, model)
            await harness.sweep()
            await checkReads(harness, model)
            await harness.reopen()
            await checkReads(harness, model)
            await checkHistory(harness, model)
          } finally {
            await harness.close()
          }
        }),
        { numRuns: engine === 'memory' ? 300 : 60 },
      )
    })

    test('a transaction that fails after it has written leaves no trace', async () => {
      const harness = await StateHarness.open(engine)
      try {
        await harness.apply(operation.put('a', '1', 0n))
        const outcome = await harness.apply(operation.deleteThenKeepValue('a'))
        expect(outcome?.response).toBeInstanceOf(MetastoreError)
        expect(outcome?.response).toMatchObject({ code: 'key-not-found' })
        expect(harness.state.revision).toBe(2)
        expect((await harness.range({ key: 'a' })).values).toHaveLength(1)
        expect(await harness.history(2, 2)).toHaveLength(1)
      } finally {
        await harness.close()
      }
    })

    test('compacting at a tombstone keeps its event readable, and drops it with the next', async () => {
      const harness = await StateHarness.open(engine)
      try {
        await harness.apply(operation.put('a', '1', 0n))
        await harness.apply(operation.deleteRange('a', ''))
        await harness.apply(operation.put('b', '1', 0n))
        await harness.apply(operation.compact(3))
        await harness.sweep()
        const kept = await harness.history(3, 3)
        expect(kept.map(({ type, key: name }) => [type, name])).toEqual([['delete', 'a']])
        await harness.apply(operation.compact(4))
        await harness.sweep()
        expect(await harness.rowsNaming('a')).toEqual([])
      } finally {
        await harness.close()
      }
    })

    test('an event carries the value before its request, not before its operation', async () => {
      const harness = await StateHarness.open(engine)
      try {
        await harness.apply(operation.put('a', 'old', 0n))
        const outcome = await harness.apply(
          operation.txn([
            { kind: 'put', key: 'a', value: 'new' },
            { kind: 'delete', key: 'a', rangeEnd: '\0' },
          ]),
        )
        expect(outcome?.events.map(({ type }) => type)).toEqual([EventType.PUT, EventType.DELETE])
        expect(outcome?.events.map(({ prevKv }) => prevKv?.value.toString())).toEqual([
          'old',
          'old',
        ])
        const past = await harness.history(3, 3)
        expect(past.map(({ previous }) => previous)).toEqual(['old', 'old'])
      } finally {
        await harness.close()
      }
    })
  })
}
