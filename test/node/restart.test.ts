import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { SystemRandom, seededRandom } from '../../src/base/random.js'
import { systemClock } from '../../src/base/system-clock.js'
import { systemFileSystem } from '../../src/base/system-file-system.js'
import { RaftNode } from '../../src/node/index.js'
import { type StoredTally, TallyMachine } from '../sim/tally-machine.js'
import { waitFor } from '../support/wait-for.js'

let directory = ''

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'metastore-node-'))
})

afterEach(async () => {
  await rm(directory, { recursive: true, force: true })
})

async function open(
  durability: 'own' | 'snapshots',
  stored: StoredTally,
  snapshotThresholdBytes = 100 * 1024,
) {
  const random = seededRandom(3)
  const machine = new TallyMachine({ durability, stored, clock: systemClock, random })
  const node = await RaftNode.open({
    memberId: 7n,
    groupId: 1n,
    initialVoters: [7n],
    stateMachine: machine,
    storage: {
      fileSystem: systemFileSystem,
      directory: join(directory, 'deep', 'member'),
      segmentBytes: 64 * 1024,
      snapshotThresholdBytes,
    },
    clock: systemClock,
    random: new SystemRandom(),
  })
  await node.readIndex()
  return { node, machine }
}

for (const durability of ['own', 'snapshots'] as const) {
  test(`R5: state with ${durability} is there after restarts on real files; the log is cut`, async () => {
    const stored = { rows: [], index: 0 }
    const expected: string[] = []
    for (let life = 0; life < 3; life++) {
      const { node, machine } = await open(durability, stored)
      expect(machine.rows.map(({ text }) => text)).toEqual(expected)
      for (let burst = 0; burst < 40; burst++) {
        const texts = Array.from({ length: 10 }, (_, at) =>
          `${life}.${burst}.${at}.`.padEnd(500, 'x'),
        )
        expected.push(...texts)
        await Promise.all(texts.map((text) => node.propose(Buffer.from(text), undefined)))
      }
      await waitFor('the first segment of the log is gone', async () => {
        expected.push('more'.repeat(1000))
        await node.propose(Buffer.from('more'.repeat(1000)), undefined)
        const [first = ''] = await readdir(join(directory, 'deep', 'member', 'log'))
        return !/^0*1\.log$/.test(first)
      })
      await Promise.all([node.close(), node.close()])
    }
  })
}

test('a proposal of an earlier process is not taken for one of this process', async () => {
  const stored = { rows: [], index: 0 }
  const first = await open('snapshots', stored)
  await first.node.propose(Buffer.from('of the first'), undefined)
  await first.node.close()
  const second = await open('snapshots', stored)
  const answer = await second.node.propose(Buffer.from('of the second'), undefined)
  expect(second.machine.rows.at(-1)).toEqual({ index: answer, text: 'of the second' })
  await second.node.close()
})

test('a damaged snapshot is made up for by the one before and the log; two damaged ones are named', async () => {
  const stored = { rows: [], index: 0 }
  const { node, machine } = await open('snapshots', stored)
  for (let count = 0; count < 900; count += 30) {
    const texts = Array.from({ length: 30 }, (_, at) => `${count + at}.`.padEnd(500, 'x'))
    await Promise.all(texts.map((text) => node.propose(Buffer.from(text), undefined)))
  }
  const snapshots = join(directory, 'deep', 'member', 'snapshots')
  await waitFor('there are two snapshots', async () => {
    await node.propose(Buffer.from('more'.repeat(1000)), undefined)
    const names = await readdir(snapshots)
    return names.length === 2 && names.every((name) => !name.endsWith('.tmp'))
  })
  await node.close()
  const [older = '', newer = ''] = await readdir(snapshots)
  await damage(join(snapshots, newer))
  // The log behind the older one is long enough for a third, which would take the place of one of the two.
  const again = await open('snapshots', stored, Number.POSITIVE_INFINITY)
  expect(again.machine.rows).toEqual(machine.rows)
  await again.node.close()
  await damage(join(snapshots, older))
  await expect(open('snapshots', stored)).rejects.toThrow(newer)
})

async function damage(path: string): Promise<void> {
  const bytes = await readFile(path)
  bytes.fill(1, bytes.length >> 1, (bytes.length >> 1) + 8)
  await writeFile(path, bytes)
}
