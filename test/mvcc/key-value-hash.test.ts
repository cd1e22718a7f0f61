import { describe, expect, test } from 'vitest'
import { crc32c } from '../../src/base/crc32c.js'
import { seededRandom } from '../../src/base/random.js'
import { type Command, KeyValue } from '../../src/wire/index.js'
import { operation, StateHarness } from './state-harness.js'

const { put, deleteRange, txn, grant, revoke, compact } = operation
const noPause = () => Promise.resolve()
const plenty = 1000

for (const kind of ['memory', 'level'] as const) {
  describe(`the hash of the pairs: ${kind}`, () => {
    async function withState(work: (harness: StateHarness) => Promise<void>): Promise<void> {
      const harness = await StateHarness.open(kind)
      try {
        await work(harness)
      } finally {
        await harness.close()
      }
    }

    test('is what an etcd answered after the same operations', () =>
      withState(async (harness) => {
        const hashes = async (from: number, to: number) => {
          const found: number[] = []
          for (let each = from; each <= to; each++) found.push(await harness.hash(each, plenty))
          return found
        }
        await applyAll(harness, [
          grant(5n),
          put('a', '1', 5n),
          put('b', '1', 0n),
          txn([
            { kind: 'put', key: 'c', value: '1' },
            { kind: 'put', key: 'd', value: '1' },
            { kind: 'delete', key: 'b', rangeEnd: '' },
          ]),
          put('a', '2', 0n),
          deleteRange('c', 'e'),
          put('c', '2', 0n),
          put('e', '1', 5n),
          revoke(5n),
        ])
        expect(await hashes(-3, -3)).toEqual([1084519789])
        expect(await hashes(1, 9)).toEqual([
          1084519789, 457978108, 644508749, 4156448306, 2327962313, 646536107, 2962119724,
          3210818457, 4158704075,
        ])
        await harness.apply(compact(5))
        expect(await hashes(6, 9)).toEqual([3217730091, 1584059649, 1162328482, 159698608])
        await harness.apply(compact(6))
        expect(await hashes(7, 9)).toEqual([3689161561, 2157852197, 2285902229])
        await harness.apply(deleteRange('a', '\0'))
        expect(await hashes(9, 10)).toEqual([2285902229, 416626258])
        await harness.apply(put('z', '1', 0n))
        expect(await hashes(11, 11)).toEqual([1256794130])
      }))

    test('leaves a deletion of the compacted revision itself out', () =>
      withState(async (harness) => {
        await applyAll(harness, [put('a', '1', 0n), put('b', '1', 0n), deleteRange('a', '')])
        await harness.apply(compact(4))
        const revisionOfB = Buffer.from('0000000000000003' + '5f' + '0000000000000000', 'hex')
        const pair = { key: Buffer.from('b'), value: Buffer.from('1'), lease: 0n }
        const b = KeyValue.of({ ...pair, createRevision: 3, modRevision: 3, version: 1 })
        const expected = crc32c(Buffer.concat([Buffer.from('key'), revisionOfB, b.encoded]))
        expect(await harness.hash(4, plenty)).toBe(expected)
        await harness.sweep()
        expect(await harness.hash(4, plenty)).toBe(expected)
      }))

    test('does not tell how far the removal of compacted rows has come, nor how much it remembers', () =>
      withState(async (harness) => {
        const random = seededRandom(7)
        let compacted = 0
        for (let round = 0; round < 12; round++) {
          await applyAll(harness, randomCommands(random, 120))
          if (round % 4 === 3) await harness.apply(deleteRange('\0', '\0'))
          const { revision } = harness.state
          compacted = Math.max(compacted + 1, revision - random.below(100))
          await harness.apply(compact(compacted))
          const hashes = async (remembered: number) => {
            const found: number[] = []
            for (let each = compacted; each <= revision; each += 9) {
              found.push(await harness.hash(each, remembered))
            }
            return [...found, await harness.hash(revision, remembered)]
          }
          const before = await hashes(plenty)
          expect(await hashes(1)).toEqual(before)
          await harness.sweep(async () => expect(await hashes(30)).toEqual(before))
          expect(await hashes(plenty)).toEqual(before)
          expect(await hashes(2)).toEqual(before)
        }
      }))

    test('is of one moment, whatever is written while it is made', () =>
      withState(async (harness) => {
        await applyAll(harness, randomCommands(seededRandom(3), 1_200))
        const { revision } = harness.state
        const alone = await harness.state.hashKeyValues(0, noPause)
        let pauses = 0
        const disturbed = await harness.state.hashKeyValues(0, async () => {
          pauses++
          await applyAll(harness, [put('a', 'later', 0n), compact(harness.state.revision)])
          await harness.sweep()
        })
        expect(disturbed).toEqual(alone)
        expect(alone).toMatchObject({ revision, hashRevision: revision, compactedRevision: -1 })
        expect(pauses).toBeGreaterThan(2)
      }))

    test('of everything tells leases and compaction apart, and not how they came about', () =>
      withState(async (harness) => {
        const hash = async () => (await harness.state.hashAll(noPause)).hash
        await applyAll(harness, [put('a', '1', 0n), put('b', '1', 0n)])
        const bare = await hash()
        await harness.apply(grant(5n))
        const leased = await hash()
        await harness.apply(compact(2))
        const compacted = await hash()
        await harness.sweep()
        await harness.reopen()
        expect(await hash()).toBe(compacted)
        expect(new Set([bare, leased, compacted]).size).toBe(3)
      }))
  })
}

async function applyAll(harness: StateHarness, commands: readonly Command[]): Promise<void> {
  for (const command of commands) await harness.apply(command)
}

function randomCommands(random: { below(limit: number): number }, count: number): Command[] {
  const key = () => `key-${random.below(9)}`
  return Array.from({ length: count }, (_, index) => {
    const choice = random.below(10)
    if (choice < 6) return put(key(), `${index}`, 0n)
    if (choice < 8) return deleteRange(key(), '')
    return txn([
      { kind: 'put', key: 'first', value: `${index}` },
      { kind: 'delete', key: 'key-0', rangeEnd: 'key-3' },
      { kind: 'put', key: 'last', value: `${index}` },
    ])
  })
}
