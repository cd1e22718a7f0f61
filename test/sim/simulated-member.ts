import { seededRandom } from '../../src/base/random.js'
import { MemoryEngine } from '../../src/engine/index.js'
import { type OpenStoreOptions, openStore, type ReplicatedStore } from '../../src/store/index.js'
import type { SimulatedClock } from './simulated-clock.js'

type Changes = Pick<OpenStoreOptions, 'onTrouble'> & Partial<Omit<OpenStoreOptions, 'node'>>

/**
 * Opens the store of member 7n, alone, volatile and on simulated time; `changes` and those of its
 * node take the place of any of that.
 */
export function openSimulatedMember(
  clock: SimulatedClock,
  changes: Changes,
  node: Partial<OpenStoreOptions['node']> = {},
): Promise<ReplicatedStore> {
  const opening = openStore({
    engine: new MemoryEngine(),
    clusterId: 1n,
    limits: { maxTxnOperations: 128, maxRequestBytes: 100_000 },
    clock,
    random: seededRandom(1),
    electionTimeoutMs: 1000,
    progressIntervalMs: 600_000,
    nextTurn: () => new Promise((resolve) => clock.defer(resolve)),
    ...changes,
    node: { memberId: 7n, initialVoters: [7n], defer: clock.defer, ...node },
  })
  return clock.complete(opening)
}
