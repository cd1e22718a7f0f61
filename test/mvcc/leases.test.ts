import { describe, expect, test } from 'vitest'
import { MemoryEngine } from '../../src/engine/index.js'
import { type ApplyOutcome, KeyValueState } from '../../src/mvcc/index.js'
import {
  Command,
  DeleteRangeRequest,
  LeaseCheckpoint,
  LeaseCheckpointRequest,
  PutRequest,
  RequestOp,
  TxnRequest,
} from '../../src/wire/index.js'
import { bytes, operation } from './state-harness.js'

/** A state that is driven without a log, and counts what its revocations read and how they pause. */
class Leases {
  views = 0
  pauses = 0
  private index = 0
  private state: KeyValueState

  private constructor(
    private readonly engine: MemoryEngine,
    opened: KeyValueState,
  ) {
    this.state = opened
  }

  static async open(): Promise<Leases> {
    const engine = new MemoryEngine()
    const leases = new Leases(engine, await KeyValueState.open(engine))
    await leases.reopen()
    const makeView = engine.view.bind(engine)
    engine.view = () => {
      leases.views++
      return makeView()
    }
    return leases
  }

  async reopen(): Promise<void> {
    this.state = await KeyValueState.open(this.engine, { pause: async () => void this.pauses++ })
  }

  async apply(command: Command): Promise<ApplyOutcome | undefined> {
    const outcome = await this.state.apply(++this.index, 1, command)
    this.state.commit()
    return outcome
  }

  /** The keys it deleted, in order, and whether they had to be looked for. */
  async revoke(id: bigint): Promise<{ deleted: string[]; looked: boolean }> {
    const before = this.views
    const outcome = await this.apply(operation.revoke(id))
    const deleted = outcome?.events.map(({ kv }) => kv.key.toString()) ?? []
    return { deleted, looked: this.views > before }
  }

  lease(id: bigint) {
    return this.state.leases.get(id)
  }

  keys(id: bigint, signal?: AbortSignal): Promise<Buffer[]> {
    return this.state.attachedKeys(id, signal)
  }
}

/** A transaction that attaches `key`, and then is refused: it wants to keep the value it deleted. */
function attachInVain(key: string, lease: bigint, deletedKey: string): Command {
  const put = (init: Partial<PutRequest>) =>
    RequestOp.create({ requestPut: PutRequest.create(init) })
  const deletion = DeleteRangeRequest.create({ key: bytes(deletedKey) })
  const success = [
    put({ key: bytes(key), lease }),
    RequestOp.create({ requestDeleteRange: deletion }),
    put({ key: bytes(deletedKey), ignoreValue: true }),
  ]
  return Command.create({ txn: TxnRequest.create({ success }) })
}

function checkpoint(id: bigint, remainingTtl: number): Command {
  const checkpoints = [LeaseCheckpoint.create({ id, remainingTtl })]
  return Command.create({ leaseCheckpoint: LeaseCheckpointRequest.create({ checkpoints }) })
}

describe('a revocation', () => {
  test('looks for no keys where there has never been one', async () => {
    const leases = await Leases.open()
    await leases.apply(operation.grant(1n))
    await leases.apply(operation.grant(2n))
    await leases.apply(operation.put('a', '', 2n))
    expect(await leases.revoke(1n)).toEqual({ deleted: [], looked: false })
    expect(await leases.revoke(2n)).toEqual({ deleted: ['a'], looked: true })
  })

  test('looks for keys after a restart, and of a lease that is granted again', async () => {
    const leases = await Leases.open()
    for (const id of [1n, 2n]) await leases.apply(operation.grant(id))
    await leases.apply(operation.put('a', '', 1n))
    await leases.reopen()
    expect(await leases.revoke(1n)).toEqual({ deleted: ['a'], looked: true })
    await leases.apply(operation.grant(1n))
    await leases.apply(operation.put('b', '', 1n))
    expect((await leases.revoke(1n)).deleted).toEqual(['b'])
  })

  test('deletes nothing that a refused transaction had attached', async () => {
    const leases = await Leases.open()
    await leases.apply(operation.grant(1n))
    await leases.apply(operation.put('b', '', 0n))
    const refused = await leases.apply(attachInVain('a', 1n, 'b'))
    expect(refused?.response).toMatchObject({ code: 'key-not-found' })
    expect((await leases.revoke(1n)).deleted).toEqual([])
  })

  test('of many keys is one revision in order of keys, with pauses for others', async () => {
    const leases = await Leases.open()
    await leases.apply(operation.grant(1n))
    const keys = Array.from({ length: 3000 }, (_, index) => `key-${(index * 7919) % 3000}`)
    for (const key of keys) await leases.apply(operation.put(key, '', 1n))
    expect(leases.pauses).toBe(0)
    const outcome = await leases.apply(operation.revoke(1n))
    const deleted = outcome?.events.map(({ kv }) => kv.key.toString())
    expect(deleted).toEqual([...keys].sort())
    expect(new Set(outcome?.events.map(({ kv }) => kv.modRevision)).size).toBe(1)
    // 256 keys are looked up in one turn, and 1,024 leave their lease.
    expect(leases.pauses).toBe(11 + 2)
  })
})

test('R9: the keys of a lease are read no further when nobody waits for them', async () => {
  const leases = await Leases.open()
  await leases.apply(operation.grant(1n))
  await leases.apply(operation.put('a', '', 1n))
  expect((await leases.keys(1n)).map(String)).toEqual(['a'])
  await expect(leases.keys(1n, AbortSignal.abort())).rejects.toMatchObject({
    code: 'request-canceled',
  })
})

test('a checkpoint stays until it is taken back, passes over what is gone, and moves no revision', async () => {
  const leases = await Leases.open()
  await leases.apply(operation.grant(1n))
  expect(await leases.apply(checkpoint(1n, 20))).toMatchObject({ revision: 1, events: [] })
  await leases.apply(checkpoint(9n, 20))
  await leases.reopen()
  expect(leases.lease(1n)).toMatchObject({ id: 1n, ttlSeconds: 60, remainingSeconds: 20 })
  expect(leases.lease(9n)).toBeUndefined()
  await leases.apply(checkpoint(1n, 0))
  await leases.reopen()
  expect(leases.lease(1n)).toMatchObject({ id: 1n, ttlSeconds: 60, remainingSeconds: undefined })
})
