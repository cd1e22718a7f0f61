import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MetastoreError } from '../../src/base/errors.js'
import {
  Command,
  Compare,
  DeleteRangeRequest,
  type KeyValue,
  PutRequest,
  RangeRequest,
  RequestOp,
  TxnRequest,
  type TxnResponse,
} from '../../src/wire/index.js'
import { Model, type ModelValue } from './model.js'
import {
  type ModelAnswer,
  type ModelCompare,
  type ModelOperation,
  type ModelTxn,
  transact,
} from './model-transaction.js'
import { bytes, operation, StateHarness } from './state-harness.js'

const key = fc.constantFrom('a', 'b', 'c', 'd')
const rangeEnd = fc.constantFrom('', '', '', 'c', '\0')
const value = fc.constantFrom('', '1', '2', 'x'.repeat(5000))
const seldom = fc.nat(9).map((drawn) => drawn === 0)

const compare: fc.Arbitrary<ModelCompare> = fc.record({
  key,
  rangeEnd,
  target: fc.constantFrom(0, 1, 2, 3, 4, 9),
  result: fc.constantFrom(0, 1, 2, 3, 9),
  given: fc.constantFrom('version', 'createRevision', 'modRevision', 'value', 'lease'),
  number: fc.nat(8),
  text: value,
})
const range = fc.record({
  key,
  rangeEnd,
  limit: fc.constantFrom(0, 1, 2),
  revision: fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 9 })),
  sortOrder: fc.constantFrom(0, 1, 2),
  sortTarget: fc.constantFrom(0, 1, 2, 3, 4),
  keysOnly: seldom,
  countOnly: seldom,
  minModRevision: fc.constantFrom(0, 0, 3),
  maxModRevision: fc.constant(0),
  minCreateRevision: fc.constant(0),
  maxCreateRevision: fc.constantFrom(0, 0, 4),
})
const { txn } = fc.letrec<{ txn: ModelTxn; operation: ModelOperation }>((tie) => ({
  txn: fc.record({
    compare: fc.array(compare, { maxLength: 2 }),
    success: fc.array(tie('operation'), { maxLength: 3 }),
    failure: fc.array(tie('operation'), { maxLength: 3 }),
  }),
  operation: fc.oneof(
    { depthSize: 'small' },
    fc.record({
      kind: fc.constant('put' as const),
      key,
      value,
      lease: fc.constantFrom(0, 0, 0, 7, 7, 8),
      prevKv: fc.boolean(),
      ignoreValue: seldom,
      ignoreLease: seldom,
    }),
    fc.record({ kind: fc.constant('delete' as const), key, rangeEnd, prevKv: fc.boolean() }),
    fc.record({ kind: fc.constant('range' as const), range }),
    fc.record({ kind: fc.constant('txn' as const), txn: tie('txn') }),
  ),
}))

function toRequest({ compare: compares, success, failure }: ModelTxn): TxnRequest {
  return TxnRequest.create({
    compare: compares.map(toCompare),
    success: success.map(toOperation),
    failure: failure.map(toOperation),
  })
}

function toCompare({
  key: name,
  rangeEnd: end,
  target,
  result,
  given,
  number,
  text,
}: ModelCompare) {
  const operand = given === 'value' ? bytes(text) : given === 'lease' ? BigInt(number) : number
  const place = { key: bytes(name), rangeEnd: bytes(end) }
  return Compare.create({ ...place, target, result, [given]: operand })
}

function toOperation(each: ModelOperation): RequestOp {
  if (each.kind === 'txn') return RequestOp.create({ requestTxn: toRequest(each.txn) })
  if (each.kind === 'range') {
    const place = { key: bytes(each.range.key), rangeEnd: bytes(each.range.rangeEnd) }
    return RequestOp.create({ requestRange: RangeRequest.create({ ...each.range, ...place }) })
  }
  if (each.kind === 'delete') {
    const place = { key: bytes(each.key), rangeEnd: bytes(each.rangeEnd), prevKv: each.prevKv }
    return RequestOp.create({ requestDeleteRange: DeleteRangeRequest.create(place) })
  }
  const { key: name, value: text, lease, ...flags } = each
  const put = { ...flags, key: bytes(name), value: bytes(text), lease: BigInt(lease) }
  return RequestOp.create({ requestPut: PutRequest.create(put) })
}

function toAnswer({ succeeded, responses }: TxnResponse): ModelAnswer {
  const answers = responses.map((each): ModelAnswer => {
    const { responsePut, responseDeleteRange, responseRange, responseTxn } = each
    if (responseTxn !== undefined) return toAnswer(responseTxn)
    const header = (responsePut ?? responseDeleteRange ?? responseRange)?.header
    const revision = header?.revision ?? 0
    if (responsePut !== undefined) return { put: toValue(responsePut.prevKv), revision }
    if (responseDeleteRange !== undefined) {
      const { deleted, prevKvs } = responseDeleteRange
      return { deleted, before: prevKvs.map(toValue) as ModelValue[], revision }
    }
    const { kvs = [], count = 0, more = false } = responseRange ?? {}
    return { range: { values: kvs.map(toValue) as ModelValue[], count, more }, revision }
  })
  return { succeeded, answers }
}

function toValue(each: KeyValue | undefined): ModelValue | undefined {
  return each === undefined
    ? undefined
    : {
        key: each.key.toString('latin1'),
        value: each.value.toString('latin1'),
        createRevision: each.createRevision,
        modRevision: each.modRevision,
        version: each.version,
        lease: each.lease,
      }
}

for (const engine of ['memory', 'level'] as const) {
  test(`transactions answer and change what the naive model does: ${engine}`, async () => {
    const refusals = new Set<string>()
    const property = fc.asyncProperty(fc.array(txn, { maxLength: 12 }), async (requests) => {
      const harness = await StateHarness.open(engine)
      try {
        const model = new Model()
        model.leases.add(7n)
        await harness.apply(operation.grant(7n))
        for (const request of requests) {
          const expected = transact(model, request)
          const command = Command.create({ txn: toRequest(request) })
          const response = (await harness.apply(command))?.response
          const answer =
            response instanceof MetastoreError ? response.code : toAnswer(response as TxnResponse)
          expect(answer).toEqual(expected)
          expect(harness.state.revision).toBe(model.revision)
          if (typeof answer === 'string') refusals.add(answer)
        }
        const { values } = await harness.range({ key: '\0', rangeEnd: '\0' })
        expect(values).toEqual(
          [...model.current().values()].sort((a, b) => (a.key < b.key ? -1 : 1)),
        )
      } finally {
        await harness.close()
      }
    })
    await fc.assert(property, { numRuns: engine === 'memory' ? 400 : 60 })
    expect([...refusals].sort()).toEqual(['future-revision', 'key-not-found', 'lease-not-found'])
  })
}
