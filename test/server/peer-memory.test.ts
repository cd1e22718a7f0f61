import { expect, test } from 'vitest'
import { CancelSource } from '../../src/base/cancel-signal.js'
import { MetastoreError } from '../../src/base/errors.js'
import { systemClock } from '../../src/base/system-clock.js'
import { InMemoryNetwork, type Transport } from '../../src/node/index.js'
import { type MemoryStore, PeerMemory } from '../../src/server/peer-memory.js'

const [self, one, other] = [1n, 2n, 3n]
const peers = [one, other].map((id) => ({ id, peerUrls: [`http://peer${id}`] }))

interface Given {
  readonly hasData?: boolean
  readonly isConnected?: boolean
  readonly patienceMs?: number
  readonly transport?: Transport
}

function memoryOf(network: InMemoryNetwork, id: bigint, given: Given = {}): PeerMemory {
  const { hasData = false, isConnected = true, patienceMs = 5000 } = given
  return new PeerMemory({
    transport: given.transport ?? network.transport(id),
    isConnected: () => isConnected,
    ...{ hasData, patienceMs, clock: systemClock },
  })
}

class Remembering implements MemoryStore {
  constructor(private readonly known: readonly bigint[]) {}

  hasTakenPart(id: bigint): boolean {
    return this.known.includes(id)
  }
}

test('members that are all new, or cannot be reached, remember nobody', async () => {
  const network = new InMemoryNetwork()
  memoryOf(network, one)
  expect(await memoryOf(network, self).findWitness(peers, undefined)).toBeUndefined()
})

test('a member whose store knows the asker is the witness, whatever the others say', async () => {
  const network = new InMemoryNetwork()
  memoryOf(network, one).answerFrom(new Remembering([other]))
  memoryOf(network, other).answerFrom(new Remembering([self, one]))
  const memory = memoryOf(network, self)
  expect(await memory.findWitness(peers, undefined)).toEqual({ id: other, says: 'remembers' })
})

test('a founder that the others have started without is new', async () => {
  const network = new InMemoryNetwork()
  memoryOf(network, one, { hasData: true }).answerFrom(new Remembering([one, other]))
  expect(await memoryOf(network, self).findWitness(peers, undefined)).toBeUndefined()
})

test('one that has data answers when its store is open', async () => {
  const network = new InMemoryNetwork()
  const witness = memoryOf(network, one, { hasData: true })
  const found = memoryOf(network, self).findWitness(peers, undefined)
  // The first question has come when a later one has.
  const stranger = network.transport(other)
  stranger.start(witness)
  await stranger.ask(one, Buffer.alloc(0), new CancelSource()).catch(() => {})
  witness.answerFrom(new Remembering([self]))
  expect(await found).toEqual({ id: one, says: 'remembers' })
})

test('one that has data and does not answer in time may remember', async () => {
  const network = new InMemoryNetwork()
  memoryOf(network, one, { hasData: true })
  const asking = { patienceMs: 50 }
  const memory = memoryOf(network, self, asking)
  expect(await memory.findWitness(peers, undefined)).toEqual({ id: one, says: 'silent' })
  const unconnected = memoryOf(network, self, { ...asking, isConnected: false })
  expect(await unconnected.findWitness(peers, undefined)).toBeUndefined()
})

test('every URL of a peer is tried', async () => {
  const network = new InMemoryNetwork()
  memoryOf(network, one).answerFrom(new Remembering([self]))
  const transport = network.transport(self)
  const { ask } = transport
  let tries = 0
  transport.ask = (to, question, signal) =>
    ++tries === 1
      ? Promise.reject(new MetastoreError('no-leader'))
      : ask.call(transport, to, question, signal)
  const twice = [{ id: one, peerUrls: ['http://peer2', 'http://another'] }]
  const memory = memoryOf(network, self, { transport })
  expect(await memory.findWitness(twice, undefined)).toEqual({ id: one, says: 'remembers' })
})

test('R8: who gives up the start hears why', async () => {
  const network = new InMemoryNetwork()
  memoryOf(network, one, { hasData: true })
  const controller = new AbortController()
  const found = memoryOf(network, self).findWitness(peers, controller.signal)
  controller.abort(new Error('enough'))
  await expect(found).rejects.toThrow('enough')
})
