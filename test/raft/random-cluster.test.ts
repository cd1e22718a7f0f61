import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RandomCluster } from './random-cluster.js'

const happening = fc.tuple(fc.nat(211), fc.nat(999), fc.nat(999))
// The bias towards small numbers and short lives would let little come about.
const life = fc.noBias(fc.array(happening, { maxLength: 2_000, size: 'max' }))

/** METASTORE_RAFT_EFFORT=100 takes a hundred times as long. */
const effort = Number(process.env.METASTORE_RAFT_EFFORT ?? 1)

describe('members, whatever happens', () => {
  it(
    'keep all promises of Raft, and are live again when the harm ends',
    () => {
      const seen = {
        elections: 0,
        replacedTails: 0,
        reads: 0,
        committed: 0,
        snapshots: 0,
        changes: 0,
        joint: 0,
      }
      fc.assert(
        fc.property(fc.nat(), life, (seed, happenings) => {
          const cluster = new RandomCluster(seed)
          for (const each of happenings) cluster.happen(each)
          seen.elections += cluster.seen.elections
          seen.replacedTails += cluster.seen.replacedTails
          seen.reads += cluster.seen.reads
          seen.changes += cluster.seen.changes
          seen.joint += cluster.seen.joint
          seen.snapshots += cluster.seen.snapshots
          seen.committed += cluster.seen.committed
          cluster.heal()
        }),
        { numRuns: 150 * effort },
      )
      // A cluster in which nothing comes about keeps all promises.
      expect(seen.elections).toBeGreaterThan(100)
      expect(seen.replacedTails).toBeGreaterThan(10)
      expect(seen.reads).toBeGreaterThan(75)
      expect(seen.changes).toBeGreaterThan(100)
      expect(seen.joint).toBeGreaterThan(15)
      expect(seen.snapshots).toBeGreaterThan(2)
      expect(seen.committed).toBeGreaterThan(1_000)
    },
    60_000 * effort,
  )
})
