import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { MetastoreError } from '../../src/base/errors.js'
import { checkDuplicateKeys } from '../../src/store/duplicate-keys.js'
import { DeleteRangeRequest, PutRequest, RequestOp, TxnRequest } from '../../src/wire/index.js'

type Operation =
  | { readonly kind: 'put'; readonly key: string }
  | { readonly kind: 'delete'; readonly key: string; readonly rangeEnd: string }
  | { readonly kind: 'txn'; readonly success: Operation[]; readonly failure: Operation[] }

const key = fc.constantFrom('a', 'b', 'c', 'd')
const { operations } = fc.letrec<{ operation: Operation; operations: Operation[] }>((tie) => ({
  operations: fc.array(tie('operation'), { maxLength: 3 }),
  operation: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ kind: fc.constant('put' as const), key }),
    fc.record({
      kind: fc.constant('delete' as const),
      key,
      rangeEnd: fc.constantFrom('', '\0', 'b', 'c', 'z'),
    }),
    fc.record({
      kind: fc.constant('txn' as const),
      success: tie('operations'),
      failure: tie('operations'),
    }),
  ),
}))

/** A put or delete, and the way to it: its place in each list, and the branch it is in there. */
interface Leaf {
  readonly operation: Exclude<Operation, { kind: 'txn' }>
  readonly path: readonly {
    readonly index: number
    readonly branch: 'success' | 'failure' | 'own'
  }[]
}

function leavesOf(list: readonly Operation[], above: Leaf['path'] = []): Leaf[] {
  return list.flatMap((operation, index): Leaf[] => {
    if (operation.kind !== 'txn') {
      return [{ operation, path: [...above, { index, branch: 'own' }] }]
    }
    return (['success', 'failure'] as const).flatMap((branch) =>
      leavesOf(operation[branch], [...above, { index, branch }]),
    )
  })
}

/** Two at a time, by where their ways part: what the rules say, with no thought of how to find it. */
function conflict(left: Leaf, right: Leaf): boolean {
  const parting = left.path.findIndex(({ index, branch }, depth) => {
    const other = right.path[depth]
    return other?.index !== index || other.branch !== branch
  })
  const [a, b] = [left.path[parting], right.path[parting]]
  if (a === undefined || b === undefined || a.index === b.index) return false
  if (left.operation.kind === 'put' && right.operation.kind === 'put') {
    return left.operation.key === right.operation.key
  }
  const [put, del, atPut, atDelete] =
    left.operation.kind === 'put'
      ? [left.operation, right.operation, a, b]
      : [right.operation, left.operation, b, a]
  if (put.kind !== 'put' || del.kind !== 'delete') return false
  const end = del.rangeEnd === '' ? `${del.key}\0` : del.rangeEnd
  if (put.key < del.key || put.key >= end) return false
  const bothNested = atPut.branch !== 'own' && atDelete.branch !== 'own'
  return !bothNested || atDelete.index < atPut.index
}

function toRequest(operation: Operation): RequestOp {
  if (operation.kind === 'put') {
    return RequestOp.create({ requestPut: PutRequest.create({ key: Buffer.from(operation.key) }) })
  }
  if (operation.kind === 'delete') {
    const range = { key: Buffer.from(operation.key), rangeEnd: Buffer.from(operation.rangeEnd) }
    return RequestOp.create({ requestDeleteRange: DeleteRangeRequest.create(range) })
  }
  const success = operation.success.map(toRequest)
  const failure = operation.failure.map(toRequest)
  return RequestOp.create({ requestTxn: TxnRequest.create({ success, failure }) })
}

test('keys are refused exactly where two operations conflict', () => {
  const seen = new Set<boolean>()
  fc.assert(
    fc.property(operations, (list) => {
      const leaves = leavesOf(list)
      const expected = leaves.some((left, at) =>
        leaves.slice(at + 1).some((right) => conflict(left, right)),
      )
      let refused = false
      try {
        checkDuplicateKeys(list.map(toRequest))
      } catch (error) {
        expect((error as MetastoreError).code).toBe('duplicate-key')
        refused = true
      }
      seen.add(refused)
      expect(refused).toBe(expected)
    }),
    { numRuns: 3000 },
  )
  expect([...seen].sort()).toEqual([false, true])
})
