import { expect, test } from 'vitest'
import { CancelSource } from '../../src/base/cancel-signal.js'
import { MetastoreError } from '../../src/base/errors.js'
import { InMemoryNetwork, type PeerMessage, type PeerReceiver } from '../../src/node/index.js'
import { configurationOf } from '../../src/raft/index.js'
import { SimulatedClock } from '../sim/simulated-clock.js'
import { codeOf } from './node-fixture.js'

const snapshot = { index: 5, term: 1, configuration: configurationOf([1n, 2n]) }
const request = { type: 'snapshot-request', from: 1n, to: 2n, term: 1, snapshot } as const
const question = Buffer.from('a question')
const open = new CancelSource()

function voteRequest(lastIndex: number): PeerMessage {
  return { type: 'pre-vote-request', from: 1n, to: 2n, term: 1, lastIndex, lastTerm: 1 }
}

/** Members 1 and 2; 2 notes what it hears. */
function startTwo(receiver: Partial<PeerReceiver> = {}) {
  const clock = new SimulatedClock()
  const network = new InMemoryNetwork(clock.defer)
  const heard: PeerMessage[] = []
  const connections: string[] = []
  const transports = [1n, 2n].map((id) => {
    const transport = network.transport(id)
    transport.start({
      receive: (message) => void heard.push(message),
      connected: (peer) => void connections.push(`${id} to ${peer}`),
      receiveSnapshot: async () => {},
      answer: async (from, asked) => Buffer.from(`${asked} of ${from}`),
      ...(id === 2n ? receiver : {}),
    })
    return transport
  })
  const [one, two] = transports
  if (one === undefined || two === undefined) throw new Error('there are two')
  return { clock, network, one, two, heard, connections }
}

test('messages arrive in order, a turn later, and as the objects they were', async () => {
  const { clock, one, heard } = startTwo()
  const messages = [voteRequest(1), voteRequest(2)]
  one.send(messages)
  expect(heard).toEqual([])
  await clock.advance(1)
  expect(heard.map((message, at) => message === messages[at])).toEqual([true, true])
})

test('what does not fit is dropped', async () => {
  const { clock, one, heard } = startTwo()
  for (let count = 0; count < 5000; count++) one.send([voteRequest(count)])
  await clock.advance(1)
  expect(heard.length).toBe(4096)
  one.send([voteRequest(1)])
  await clock.advance(1)
  expect(heard.length).toBe(4097)
})

test('members hear whom they can reach, at the start and when what was cut is mended', async () => {
  const { clock, network, connections } = startTwo()
  await clock.advance(1)
  expect(connections.splice(0).sort()).toEqual(['1 to 2', '2 to 1'])
  network.isolate(1n)
  network.mend(1n, 2n)
  await clock.advance(1)
  expect(connections).toEqual([])
  network.heal()
  await clock.advance(1)
  expect(connections.sort()).toEqual(['1 to 2', '2 to 1'])
})

test('a cut loses what is under way in its direction, and only there', async () => {
  const { clock, network, one, two, heard } = startTwo()
  one.send([voteRequest(1)])
  network.cut(1n, 2n)
  two.send([{ ...voteRequest(2), from: 2n, to: 1n }])
  await clock.advance(1)
  expect(heard.map(({ from }) => from)).toEqual([2n])
})

test('a question is answered with what the member says or throws', async () => {
  const { clock, one, two } = startTwo()
  expect(`${await clock.complete(one.ask(2n, question, open))}`).toBe('a question of 1')
  expect(await codeOf(clock, one.ask(9n, question, open))).toBe('no-leader')
  await two.close()
  expect(await codeOf(clock, one.ask(2n, question, open))).toBe('no-leader')
  expect(await codeOf(clock, two.ask(1n, question, open))).toBe('server-stopped')
  const refusing = startTwo({ answer: () => Promise.reject(new MetastoreError('not-leader')) })
  expect(await codeOf(refusing.clock, refusing.one.ask(2n, question, open))).toBe('not-leader')
})

test('a question ends when its asker gives up, the way is cut, or the network closes', async () => {
  const heeded: unknown[] = []
  const { clock, network, one } = startTwo({
    answer: (_from, _question, signal) => {
      signal.addEventListener('abort', () => heeded.push(signal.reason))
      return new Promise(() => {})
    },
  })
  const signal = new CancelSource()
  const asked = codeOf(clock, one.ask(2n, question, signal))
  signal.abort(new MetastoreError('context-canceled'))
  expect(await asked).toBe('context-canceled')
  const cut = codeOf(clock, one.ask(2n, question, open))
  network.cut(2n, 1n)
  expect(await cut).toBe('no-leader')
  network.heal()
  const closed = codeOf(clock, one.ask(2n, question, open))
  await network.close()
  await network.close()
  expect(await closed).toBe('no-leader')
  expect(heeded.length).toBe(3)
})

test('a snapshot comes piece by piece, and breaks off where the way is cut', async () => {
  const pieces: string[] = []
  const { clock, network, one } = startTwo({
    receiveSnapshot: async (_request, arriving) => {
      for await (const piece of arriving) pieces.push(piece.toString())
    },
  })
  async function* both(between: () => void): AsyncGenerator<Buffer> {
    yield Buffer.from('first')
    between()
    yield Buffer.from('second')
  }
  const nothing = () => {}
  await clock.complete(one.sendSnapshot(request, both(nothing), open))
  expect(pieces.splice(0)).toEqual(['first', 'second'])
  const cut = () => network.cut(1n, 2n)
  expect(await codeOf(clock, one.sendSnapshot(request, both(cut), open))).toBe('no-leader')
  expect(pieces).toEqual(['first'])
})
