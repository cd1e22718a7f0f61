import { expect, test } from 'vitest'
import { RaftNode } from '../../src/node/index.js'
import { ByteReader } from '../../src/node/log/byte-reader.js'
import { ByteWriter } from '../../src/node/log/byte-writer.js'
import { putConfiguration, readRecords } from '../../src/node/log/records.js'
import { encodeChange } from '../../src/raft/change-codec.js'
import {
  type ConfigurationChange,
  type ConfigurationStep,
  configurationOf,
  type Entry,
} from '../../src/raft/index.js'
import { codeOf, EchoMachine, startNode, TestTransport } from './node-fixture.js'

const founders = [7n, 8n, 9n]

function change(index: number, kind: ConfigurationStep['kind'], id: bigint): Entry {
  return changeEntry(index, [{ kind, id }], 'auto')
}

function changeEntry(
  index: number,
  steps: readonly ConfigurationStep[],
  transition: ConfigurationChange['transition'],
): Entry {
  const data = encodeChange({ steps, transition, context: Buffer.alloc(0) })
  return { index, term: 2, kind: 'configuration', data }
}

/** A member that follows 8 on disk; `append` is what 8 says. */
async function startFollower() {
  const transport = new TestTransport()
  const removed: boolean[] = []
  const started = await startNode(
    { initialVoters: founders, transport, onRemoved: () => removed.push(true) },
    true,
  )
  const append = (...entries: Entry[]) => {
    const previousIndex = (entries[0]?.index ?? 1) - 1
    transport.deliver({
      ...{ type: 'append-request', from: 8n, to: 7n, term: 2 },
      ...{ previousIndex, previousTerm: previousIndex === 0 ? 0 : 2, entries },
      commit: previousIndex + entries.length,
    })
  }
  return { ...started, transport, append, removed }
}

test('a change of membership takes effect when it is applied, and is still known after a restart', async () => {
  const { node, clock, append, machine, options } = await startFollower()
  append({ index: 1, term: 2, kind: 'normal', data: Buffer.alloc(0) }, change(2, 'add-voter', 10n))
  await clock.until(() => node.status().applied === 2, 500)
  expect(machine.appliedIndex).toBe(2)
  expect(node.configuration.voters).toEqual([...founders, 10n])
  append(change(3, 'remove', 9n))
  await clock.until(() => node.status().applied === 3, 500)
  await clock.complete(node.close())
  const held = new EchoMachine()
  held.appliedIndex = 3
  const transport = new TestTransport()
  const again = await clock.complete(RaftNode.open({ ...options, stateMachine: held, transport }))
  expect(again.configuration.voters).toEqual([7n, 8n, 10n])
  await clock.complete(again.close())
})

test('changes that the log knows and the state has lost are not made a second time', async () => {
  const { node, clock, append, options } = await startFollower()
  append(
    { index: 1, term: 2, kind: 'normal', data: Buffer.alloc(0) },
    changeEntry(2, [{ kind: 'add-voter', id: 10n }], 'explicit'),
    changeEntry(3, [], 'explicit'),
    changeEntry(4, [{ kind: 'remove', id: 9n }], 'explicit'),
  )
  await clock.until(() => node.status().applied === 4, 500)
  const { configuration } = node
  expect(configuration.votersOutgoing).toEqual([...founders, 10n])
  await clock.complete(node.close())
  const held = new EchoMachine()
  held.appliedIndex = 1
  const transport = new TestTransport()
  const again = await clock.complete(RaftNode.open({ ...options, stateMachine: held, transport }))
  expect(again.configuration).toEqual(configuration)
  await clock.until(() => held.appliedIndex === 4, 500)
  expect(again.configuration).toEqual(configuration)
  await clock.complete(again.close())
  held.appliedIndex = 1
  const third = await clock.complete(
    RaftNode.open({ ...options, stateMachine: held, transport: new TestTransport() }),
  )
  await clock.until(() => held.appliedIndex === 4, 500)
  expect(third.configuration).toEqual(configuration)
  await clock.complete(third.close())
})

test('a log of a version that did not write where a configuration came from is read', () => {
  const writer = new ByteWriter()
  writer.byte(4)
  putConfiguration(writer, configurationOf(founders))
  const seen: unknown[] = []
  const pass = () => {}
  readRecords(new ByteReader(Buffer.from(writer.bytes())), {
    ...{ entry: pass, hardState: pass, snapshot: pass },
    configuration: (configuration) => void seen.push(configuration),
  })
  expect(seen).toEqual([{ ...configurationOf(founders), index: 0 }])
})

test('what a change says is on the disk before the state machine holds its entry', async () => {
  const { node, clock, append, machine, disk } = await startFollower()
  append({ index: 1, term: 2, kind: 'normal', data: Buffer.alloc(0) })
  await clock.until(() => node.status().applied === 1, 500)
  let letGo = () => {}
  append(change(2, 'add-voter', 10n))
  await clock.until(() => node.status().commit === 2, 500)
  await clock.until(() => node.configuration.voters.includes(10n), 500)
  disk.hung = new Promise((resolve) => {
    letGo = resolve
  })
  await clock.advance(500)
  expect(machine.appliedIndex).toBe(1)
  letGo()
  await clock.until(() => machine.appliedIndex === 2, 500)
  await clock.complete(node.close())
})

test('a member that a change removes tells so, answers what waits, and takes part no more', async () => {
  const { node, clock, append, removed, transport } = await startFollower()
  append({ index: 1, term: 2, kind: 'normal', data: Buffer.alloc(0) })
  await clock.until(() => node.status().applied === 1, 500)
  const waiting = codeOf(clock, node.propose(Buffer.from('x'), undefined))
  append(change(2, 'remove', 7n))
  await clock.until(() => removed.length > 0, 500)
  expect(await waiting).toBe('server-stopped')
  expect(node.status().state).toBe('unknown')
  await clock.complete(node.close())
  expect(transport.closed).toBe(true)
  const { length } = transport.sent
  await clock.advance(10_000)
  expect(transport.sent.length).toBe(length)
  expect(removed).toEqual([true])
})
