import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MetastoreError } from '../../src/base/errors.js'
import { RangeRequest } from '../../src/wire/index.js'
import { Model } from './model.js'
import { type ModelRange, rangeOf } from './model-range.js'
import { bytes, operation, StateHarness } from './state-harness.js'

const names = ['\0', 'a', 'a\0', 'ab', 'b', 'b1', 'b2', 'c', 'd', '\u00fe', '\u00ff']
const lease = 7n

const write = fc.record({
  key: fc.constantFrom(...names),
  value: fc.constantFrom('', '1', '2', '2', 'z', '\u00ff', 'x'.repeat(5000)),
  leased: fc.boolean(),
  isDelete: fc.boolean(),
})
const bound = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.nat(20) },
)
const request: fc.Arbitrary<ModelRange> = fc.record({
  key: fc.constantFrom(...names),
  rangeEnd: fc.constantFrom('', '\0', '\0', 'b', 'b2', 'zz', '\u00ff'),
  limit: fc.constantFrom(0, 0, 1, 2, 3, 5, 20, -1),
  revision: fc.oneof(fc.constant(0), fc.integer({ min: -2, max: 20 })),
  sortOrder: fc.constantFrom(0, 1, 2),
  sortTarget: fc.constantFrom(0, 1, 2, 3, 4),
  keysOnly: fc.boolean(),
  countOnly: fc.integer({ max: 9, min: 0 }).map((drawn) => drawn === 0),
  minModRevision: bound,
  maxModRevision: bound,
  minCreateRevision: bound,
  maxCreateRevision: bound,
})

async function answer(harness: StateHarness, asked: ModelRange): Promise<unknown> {
  const whole = RangeRequest.create({
    ...asked,
    key: bytes(asked.key),
    rangeEnd: bytes(asked.rangeEnd),
  })
  try {
    const { keyValues, count, more } = await harness.state.range(whole)
    const values = keyValues.map((each) => ({
      key: each.key.toString('latin1'),
      value: each.value.toString('latin1'),
      createRevision: each.createRevision,
      modRevision: each.modRevision,
      version: each.version,
      lease: each.lease,
    }))
    return { values, count, more }
  } catch (error) {
    if (error instanceof MetastoreError) return error.code
    throw error
  }
}

for (const engine of ['memory', 'level'] as const) {
  test(`all options of a range together, as in the naive model: ${engine}`, async () => {
    const property = fc.asyncProperty(
      fc.array(write, { maxLength: 16 }),
      fc.nat({ max: 12 }),
      fc.array(request, { minLength: 60, maxLength: 60 }),
      async (writes, compactAt, requests) => {
        const harness = await StateHarness.open(engine)
        try {
          const model = new Model()
          await harness.apply(operation.grant(lease))
          for (const { key, value, leased, isDelete } of writes) {
            const id = leased ? lease : 0n
            model.transact((draft) => {
              if (isDelete) draft.deleteRange((candidate) => candidate === key)
              else draft.put(key, value, id)
            })
            await harness.apply(
              isDelete ? operation.deleteRange(key, '') : operation.put(key, value, id),
            )
          }
          if (compactAt > 0 && compactAt <= model.revision) {
            model.compacted = compactAt
            await harness.apply(operation.compact(compactAt))
            await harness.sweep()
          }
          for (const asked of requests) {
            expect(await answer(harness, asked), JSON.stringify(asked)).toEqual(
              rangeOf(model, asked),
            )
          }
        } finally {
          await harness.close()
        }
      },
    )
    await fc.assert(property, { numRuns: engine === 'memory' ? 200 : 40 })
  })
}
