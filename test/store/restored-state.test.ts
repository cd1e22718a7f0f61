import { expect, test } from 'vitest'
import { MemoryEngine } from '../../src/engine/index.js'
import type { AppliedEntry } from '../../src/node/index.js'
import { ReplicatedState } from '../../src/store/replicated-state.js'
import { Command, PutRequest } from '../../src/wire/index.js'

function put(index: number): AppliedEntry {
  const request = PutRequest.create({ key: Buffer.from('key'), value: Buffer.from(`${index}`) })
  return {
    index,
    term: 1,
    payload: Command.encode(Command.create({ put: request })),
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
