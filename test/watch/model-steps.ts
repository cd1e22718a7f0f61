import fc from 'fast-check'
import type { Change } from './model-history.js'

const keys = ['a', 'b', 'c', 'd'] as const
const key = fc.constantFrom(...keys)
const value = fc.oneof(fc.constantFrom('1', '2', '3'), fc.constant('x'.repeat(120)))
const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ put: key, value }) },
  { weight: 1, arbitrary: fc.record({ delete: key }) },
)
/** As a transaction's: no key twice. */
const changes = fc.uniqueArray(change, {
  minLength: 1,
  maxLength: 4,
  selector: (each) => ('put' in each ? each.put : each.delete),
})

const options = fc.record({
  key,
  rangeEnd: fc.constantFrom('', '', '\0', 'e'),
  prevKv: fc.boolean(),
  fragment: fc.boolean(),
  filters: fc.constantFrom<readonly number[]>([], [], [0], [1]),
})

function kind<Kind extends string, Fields extends object>(
  name: Kind,
  fields: { [Name in keyof Fields]: fc.Arbitrary<Fields[Name]> },
) {
  return fc.record({ ...fields, kind: fc.constant(name), client: fc.nat(2) }) as fc.Arbitrary<
    Fields & { readonly kind: Kind; readonly client: number }
  >
}

const startOffset = fc.option(fc.integer({ min: -12, max: 3 }), { nil: undefined })
const room = fc.nat(4)

/** Something that happens to the store, to a client, or to the speed of either. */
export const step = fc.oneof(
  { weight: 12, arbitrary: kind('change', { changes }) },
  { weight: 1, arbitrary: kind('compact', { back: fc.nat(30) }) },
  { weight: 4, arbitrary: kind('create', { options, startOffset }) },
  { weight: 1, arbitrary: kind('cancel', { pick: fc.nat(50) }) },
  { weight: 2, arbitrary: kind('fill', { room }) },
  { weight: 3, arbitrary: kind('drain', { room }) },
  { weight: 2, arbitrary: kind('progress', {}) },
  { weight: 1, arbitrary: kind('hold', {}) },
  { weight: 1, arbitrary: kind('release', {}) },
  { weight: 4, arbitrary: kind('settle', {}) },
  { weight: 1, arbitrary: kind('snapshot', { changes }) },
)

export type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never
