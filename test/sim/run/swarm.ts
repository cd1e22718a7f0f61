import { type Random, seededRandom } from '../../../src/base/random.js'
import { calm } from '../world/network.js'
import type { NetworkConditions } from '../world/way.js'

/** What may befall a cluster. Each is switched on or off for a run. */
export const faults = [
  'crash',
  'power-loss',
  'close',
  'pause',
  'isolate',
  'split',
  'one-way',
  'sync-error',
  'full-disk',
  'transfer',
  'ambush',
  'close-ways',
] as const

export type Fault = (typeof faults)[number]

/** What clients do. Each has a weight, which may be 0. */
export const deeds = [
  'put',
  'delete',
  'txn',
  'read',
  'read-all',
  'serializable',
  'read-past',
  'compact',
  'lease',
] as const

export type DeedKind = (typeof deeds)[number]

/** All that makes one run another one than the next. */
export interface Swarm {
  readonly members: readonly bigint[]
  readonly engines: readonly ('memory' | 'own')[]
  readonly clients: number
  readonly watchers: number
  readonly keys: number
  readonly valueBytes: number
  readonly thinkMs: number
  /** Of a client; longer calls are given up. */
  readonly patienceMs: number
  readonly weights: Readonly<Record<DeedKind, number>>
  readonly conditions: NetworkConditions
  readonly faults: readonly Fault[]
  /** Between two faults, about. */
  readonly calmMs: number
  readonly safetyMs: number
  readonly flipsBits: boolean
  readonly leaseCheckpoints: boolean
  readonly requestTimeoutMs: number
  readonly segmentBytes: number
  readonly snapshotThresholdBytes: number
  /** Entries a leader keeps for those who are behind; fewer mean more snapshots. */
  readonly catchUpEntries: number
  /** Whether the first leader is agreed on; otherwise members contend for it. */
  readonly initialElectionTickAdvance: boolean
}

export const electionTimeoutMs = 1000
export const tickMs = 100

/** Draws a run from its seed. Many switches are off in most runs, so that the others have their way. */
export function drawSwarm(seed: number, memberCount: number | undefined): Swarm {
  const random = seededRandom(seed ^ 0x5eed)
  const count = memberCount ?? [1, 3, 3, 3, 5][random.below(5)] ?? 3
  const members = Array.from({ length: count }, (_, at) => BigInt(at + 1))
  const engine = random.below(3)
  const weights = Object.fromEntries(
    deeds.map((deed) => [deed, random.below(3) === 0 ? 0 : 1 + random.below(10)]),
  ) as Record<DeedKind, number>
  weights.put = 5 + random.below(20)
  weights.read = 3 + random.below(10)
  weights.compact = Math.min(weights.compact, 2)
  return {
    members,
    engines: members.map(() => {
      return engine === 0 ? 'memory' : engine === 1 ? 'own' : either(random, 'memory', 'own')
    }),
    clients: 2 + random.below(6),
    watchers: random.below(4),
    keys: 1 + random.below(8),
    valueBytes: either(random, 20, 20 + random.below(1500)),
    thinkMs: 20 + random.below(300),
    patienceMs: either(random, 60_000, 300 + random.below(4000)),
    weights,
    conditions: drawConditions(random),
    faults: faults.filter(() => random.below(2) === 0),
    calmMs: 200 + random.below(4000),
    safetyMs: 8_000 + random.below(12_000),
    flipsBits: random.below(2) === 0,
    leaseCheckpoints: random.below(2) === 0,
    requestTimeoutMs: 1_500 + random.below(5_000),
    segmentBytes: 4096 * (1 + random.below(8)),
    snapshotThresholdBytes: 1024 * (1 + random.below(16)),
    catchUpEntries: either(random, 10_000, 4 + random.below(60)),
    initialElectionTickAdvance: random.below(2) === 0,
  }
}

function drawConditions(random: Random): NetworkConditions {
  if (random.below(4) === 0) return calm
  return {
    leastDelayMs: 0.2,
    mostDelayMs: 1 + random.below(either(random, 10, 80)),
    lost: either(random, 0, random.below(150)),
    repeated: either(random, 0, random.below(150)),
    slow: either(random, 0, random.below(either(random, 60, 400))),
    slowMs: 100 + random.below(3000),
    ordered: random.below(2) === 0,
    broken: either(random, 0, random.below(500)),
  }
}

function either<T>(random: Random, one: T, other: T): T {
  return random.below(2) === 0 ? one : other
}
