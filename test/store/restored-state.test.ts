import { expect, test } from 'vitest'
import { MemoryEngine } from '../../src/engine/index.js'
import type { AppliedEntry } from '../../src/node/index.js'
import { ReplicatedState } from '../../src/store/replicated-state.js'
import {
  Command,
  LeaseCheckpoint,
  LeaseCheckpointRequest,
  LeaseGrantRequest,
  PutRequest,
} from '../../src/wire/index.js'
import { CheckpointSetup } from './lease-checkpoints-setup.js'

function put(index: number): AppliedEntry {
  const request = PutRequest.create({ key: Buffer.from('key'), value: Buffer.from(`${index}`) })
  return entry(index, { put: request })
}

function grant(index: number, id: bigint, ttl: number): AppliedEntry {
  return entry(index, { leaseGrant: LeaseGrantRequest.create({ id, ttl }) })
}

function entry(index: number, command: Partial<Command>): AppliedEntry {
  return {
    index,
    term: 1,
    payload: Command.encode(Command.create(command)),
    attachment: undefined,
    respond: () => {},
    refuse: (error) => {
      throw error
    },
  }
}

test('a snapshot that replaces the state says so, once the new revision can be read', async () => {
  const source = await ReplicatedState.open(new MemoryEngine())
  await source.apply([put(1), put(2), put(3)])
  const state = await ReplicatedState.open(new MemoryEngine())
  const heard: number[] = []
  state.onRestored(() => heard.push(state.revision))
  const capture = source.capture()
  await state.restore({ ...capture, term: 1 })
  capture.close()
  expect(heard).toEqual([4])
})

test('leases of a snapshot take the place of those before, with what was left of them', async () => {
  const checkpoints = [LeaseCheckpoint.create({ id: 2n, remainingTtl: 40 })]
  const leaseCheckpoint = LeaseCheckpointRequest.create({ checkpoints })
  const source = await ReplicatedState.open(new MemoryEngine())
  await source.apply([grant(1, 2n, 100), grant(2, 3n, 100), entry(3, { leaseCheckpoint })])
  const state = await ReplicatedState.open(new MemoryEngine())
  const { lessor } = new CheckpointSetup()
  await state.apply([grant(1, 3n, 500)])
  state.onLeases(lessor)
  lessor.granted(1n, 100)
  const capture = source.capture()
  await state.restore({ ...capture, term: 1 })
  capture.close()
  lessor.promote(0)
  const left = [1n, 2n, 3n].map((id) => lessor.remainingSeconds(id))
  expect(left).toEqual([undefined, 40, 100])
})
