import { KvService } from '../../../src/api/generated/services.js'
import { Compare, RangeRequest, RequestOp, TxnRequest } from '../../../src/wire/index.js'
import type { Draw } from './draw.js'
import { drawDeleteRequest, drawPutRequest, drawRangeRequest } from './generate-key-values.js'
import { drawKey, drawRange, drawValue, keys } from './keys.js'
import { call, type Operation } from './operation.js'
import type { World } from './world.js'

const deepestLevel = 3
const tooManyOperations = 129

/** How one transaction draws its keys: from a pool without repeats, or anyhow. */
interface Plan {
  readonly world: World
  /** Keys not yet written; undefined: repeats are welcome. */
  readonly unusedKeys: Buffer[] | undefined
  /** Otherwise its puts may keep the value or lease of a key; together they kill the oracle. */
  readonly deletes: boolean
}

export function drawTransaction(draw: Draw, world: World): Operation {
  const unusedKeys = draw.chance(75) ? draw.shuffled(keys) : undefined
  const request = drawTxnRequest(draw, { world, unusedKeys, deletes: draw.chance(70) }, 1)
  const sent = draw.chance(1.5) ? withTooMany(draw, request) : request
  return call('txn', KvService.txn, sent)
}

function drawTxnRequest(draw: Draw, plan: Plan, level: number): TxnRequest {
  const branch = () => times(draw.between(0, 3), () => drawOperation(draw, plan, level))
  return TxnRequest.create({
    compare: times(draw.pick([0, 1, 1, 2]), () => drawCompare(draw, plan.world)),
    success: branch(),
    failure: branch(),
  })
}

function drawOperation(draw: Draw, plan: Plan, level: number): RequestOp {
  const operation = draw.weighted<() => RequestOp>([
    [30, () => RequestOp.create({ requestRange: drawRangeRequest(draw, plan.world) })],
    [40, () => drawPut(draw, plan)],
    [plan.deletes ? 20 : 0, () => drawDelete(draw, plan)],
    [level < deepestLevel ? 18 : 0, () => drawNested(draw, plan, level)],
    [1, () => RequestOp.create()],
  ])
  return operation()
}

function drawNested(draw: Draw, plan: Plan, level: number): RequestOp {
  return RequestOp.create({ requestTxn: drawTxnRequest(draw, plan, level + 1) })
}

function drawPut(draw: Draw, plan: Plan): RequestOp {
  const drawn = drawPutRequest(draw, plan.world, plan.unusedKeys?.pop())
  const whole = { ignoreValue: false, ignoreLease: false }
  return RequestOp.create({ requestPut: plan.deletes ? { ...drawn, ...whole } : drawn })
}

function drawDelete(draw: Draw, plan: Plan): RequestOp {
  const requestDeleteRange = drawDeleteRequest(draw, plan.unusedKeys?.pop())
  return RequestOp.create({ requestDeleteRange })
}

/** All targets, also unknown ones, and now and then a value that does not fit its target. */
function drawCompare(draw: Draw, world: World): Compare {
  const target = draw.chance(1) ? 9 : draw.between(0, 4)
  const fitting = draw.chance(8) ? draw.between(0, 4) : target
  const revision = draw.between(0, world.revision)
  const range = draw.chance(30) ? drawRange(draw) : { key: drawKey(draw) }
  return Compare.create({
    ...range,
    result: draw.chance(1) ? 9 : draw.between(0, 3),
    target,
    ...[
      { version: draw.between(0, 3) },
      { createRevision: draw.chance(50) ? 0 : revision },
      { modRevision: draw.chance(30) ? 0 : revision },
      { value: drawValue(draw) },
      { lease: draw.pick([0n, 0n, 1n, 2n]) },
    ][fitting],
  })
}

function withTooMany(draw: Draw, request: TxnRequest): TxnRequest {
  const requestRange = RangeRequest.create({ key: drawKey(draw) })
  const many = times(tooManyOperations, () => RequestOp.create({ requestRange }))
  return draw.pick([
    { ...request, compare: times(tooManyOperations, () => Compare.create({ key: drawKey(draw) })) },
    { ...request, success: many },
    { ...request, failure: many },
  ])
}

function times<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make)
}
