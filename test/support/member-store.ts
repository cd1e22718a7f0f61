import { seededRandom } from '../../src/base/random.js'
import { systemClock } from '../../src/base/system-clock.js'
import { MemoryEngine } from '../../src/engine/index.js'
import { type OpenStoreOptions, openStore, type ReplicatedStore } from '../../src/store/index.js'

export const testLimits = { maxTxnOperations: 128, maxRequestBytes: 1.5 * 1024 * 1024 }

type Changes = Pick<OpenStoreOptions, 'onTrouble'> & Partial<Omit<OpenStoreOptions, 'node'>>

/**
 * Opens the store of member 7n, alone, volatile and on real time, which leads within a tenth of a
 * second; `changes` and those of its node take the place of any of that.
 */
export function openMemberStore(
  changes: Changes,
  node: Partial<OpenStoreOptions['node']> = {},
): Promise<ReplicatedStore> {
  return openStore({
    engine: new MemoryEngine(),
    clusterId: 5n,
    limits: testLimits,
    clock: systemClock,
    random: seededRandom(1),
    electionTimeoutMs: 100,
    progressIntervalMs: 600_000,
    nextTurn: () => new Promise((resolve) => setImmediate(resolve)),
    ...changes,
    node: { memberId: 7n, initialVoters: [7n], tickMs: 10, ...node },
  })
}
