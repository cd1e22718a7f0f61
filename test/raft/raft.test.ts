import { describe, expect, it } from 'vitest'
import { MetastoreError } from '../../src/base/errors.js'
import { seededRandom } from '../../src/base/random.js'
import {
  configurationOf,
  defaultRaftLimits,
  type Entry,
  Raft,
  type RaftOptions,
} from '../../src/raft/index.js'
import { raftOptions } from './raft-options.js'

function entry(index: number, term: number, text = ''): Entry {
  return { index, term, kind: 'normal', data: Buffer.from(text) }
}

/** Carries out all that waits, at once. Returns what was applied. */
function work(raft: Raft): Entry[] {
  const applied: Entry[] = []
  while (raft.hasReady()) {
    const ready = raft.ready()
    for (const message of ready.messagesAfterPersist) if (message.to === 1n) raft.step(message)
    const last = ready.entries.at(-1)
    if (last !== undefined) raft.persisted(last.index, last.term)
    for (const entry of ready.committedEntries) applied.push(entry)
    const end = ready.committedEntries.at(-1)
    if (end !== undefined) raft.applied(end.index)
  }
  return applied
}

function leader(changes: Partial<RaftOptions> = {}): Raft {
  const raft = new Raft(raftOptions(changes))
  raft.campaign()
  work(raft)
  return raft
}

describe('proposals', () => {
  it('keep their attachment, and are the same objects to store and to apply', () => {
    const raft = leader()
    const attachment = { waits: true }
    raft.propose([{ data: Buffer.from('x'), attachment }, { data: Buffer.from('y') }])
    const { entries } = raft.ready()
    expect(entries.map((each) => each.attachment)).toEqual([attachment, undefined])
    expect(entries[0]?.attachment).toBe(attachment)
    raft.persisted(3, 1)
    const { committedEntries } = raft.ready()
    expect(committedEntries).toHaveLength(2)
    for (const [at, committed] of committedEntries.entries()) expect(committed).toBe(entries[at])
  })

  it('of a leader reach another member without their attachment', () => {
    const raft = new Raft(raftOptions({ configuration: configurationOf([1n, 2n]) }))
    raft.step({
      type: 'append-request',
      from: 2n,
      to: 1n,
      term: 1,
      previousIndex: 0,
      previousTerm: 0,
      entries: [{ ...entry(1, 1, 'x'), attachment: 'of the leader' }],
      commit: 0,
    })
    expect(raft.ready().entries).toEqual([entry(1, 1, 'x')])
  })

  it('may be none at all', () => {
    const raft = leader()
    expect(raft.propose([])).toEqual({ outcome: 'accepted', firstIndex: 2, term: 1 })
    expect(raft.hasReady()).toBe(false)
  })
})

describe('the driver', () => {
  it('may not apply what was not handed out, nor go back', () => {
    const raft = leader()
    raft.propose([{ data: Buffer.from('x') }])
    expect(() => raft.applied(2)).toThrow('only what was handed out is applied')
    expect(() => raft.applied(0)).toThrow('the applied index never goes back')
    expect(raft.applied(1)).toBeUndefined()
  })

  it('may apply later than entries are handed out, and in parts', () => {
    const raft = leader()
    raft.propose([{ data: Buffer.from('x') }, { data: Buffer.from('y') }])
    raft.ready()
    raft.persisted(3, 1)
    expect(raft.ready().committedEntries).toHaveLength(2)
    expect(raft.status()).toMatchObject({ commit: 3, applied: 1 })
    raft.applied(2)
    expect(raft.status().applied).toBe(2)
    raft.applied(3)
    expect(raft.hasReady()).toBe(false)
  })

  it('may report several writes with the last of them, or one of them twice', () => {
    const raft = leader()
    for (const text of ['x', 'y', 'z']) {
      raft.propose([{ data: Buffer.from(text) }])
      raft.ready()
    }
    raft.persisted(3, 1)
    expect(raft.status().commit).toBe(3)
    raft.persisted(3, 1)
    raft.persisted(2, 1)
    expect(raft.status().commit).toBe(3)
    raft.persisted(4, 1)
    expect(raft.status().commit).toBe(4)
  })

  it('may compact what is applied, and no more', () => {
    const raft = leader()
    raft.propose([{ data: Buffer.from('x') }, { data: Buffer.from('y') }])
    work(raft)
    raft.propose([{ data: Buffer.from('z') }])
    expect(() => raft.compact(4)).toThrow('only applied entries are compacted')
    raft.compact(3)
    raft.compact(2)
    expect(work(raft).map((each) => each.index)).toEqual([4])
    raft.compact(4)
    raft.propose([{ data: Buffer.from('v') }])
    expect(work(raft).map((each) => each.index)).toEqual([5])
    expect(raft.status()).toMatchObject({ commit: 5, applied: 5, lastIndex: 5 })
  })

  it('has messages taken only by the one they are for', () => {
    const raft = leader()
    const message = { type: 'heartbeat-response', from: 2n, to: 3n, term: 1, readRound: 0 } as const
    expect(() => raft.step(message)).toThrow('a message reaches the one it is for')
  })
})

describe('a start', () => {
  function start(changes: Partial<RaftOptions>): () => Raft {
    return () => new Raft(raftOptions(changes))
  }

  const log = { previous: { index: 4, term: 1 }, entries: [entry(5, 1), entry(6, 2)] }
  const hardState = { term: 2, vote: 1n, commit: 5 }

  it('takes up where disk and state machine stand', () => {
    const raft = start({ log, hardState, applied: 4 })()
    expect(raft.status()).toEqual({
      id: 1n,
      term: 2,
      leaderId: 0n,
      role: 'follower',
      commit: 5,
      applied: 4,
      lastIndex: 6,
      unappliedBytes: 128,
      transferTo: 0n,
    })
    expect(work(raft)).toEqual([entry(5, 1)])
  })

  it('refuses a log that does not reach the commit index or the applied one', () => {
    expect(start({ log, hardState: { ...hardState, commit: 7 }, applied: 4 })).toThrow(
      MetastoreError,
    )
    expect(start({ log, hardState, applied: 7 })).toThrow('does not reach the commit index 7')
  })

  it('refuses a log that begins behind the applied index', () => {
    expect(start({ log, hardState, applied: 3 })).toThrow('begins behind the applied index 3')
  })

  it('refuses a log with a gap or with terms that go back', () => {
    const gap = { ...log, entries: [entry(5, 1), entry(7, 2)] }
    expect(start({ log: gap, hardState, applied: 4 })).toThrow('has a gap before index 7')
    const late = { ...log, entries: [entry(6, 1)] }
    expect(start({ log: late, hardState, applied: 4 })).toThrow('has a gap before index 6')
    const back = { ...log, entries: [entry(5, 2), entry(6, 1)] }
    expect(start({ log: back, hardState, applied: 4 })).toThrow('goes back to term 1 at index 6')
    const older = { previous: { index: 4, term: 3 }, entries: [entry(5, 2)] }
    expect(start({ log: older, hardState, applied: 4 })).toThrow('goes back to term 2 at index 5')
  })

  it('in a term that only its log knows is free to vote: a vote in it would have been stored', () => {
    const raft = start({ log, hardState: { term: 1, vote: 1n, commit: 5 }, applied: 5 })()
    expect(raft.ready().hardState).toEqual({ term: 2, vote: 0n, commit: 5 })
  })
})

describe('election timeouts', () => {
  function timeoutOf(seed: number): number {
    const raft = new Raft(raftOptions({ random: seededRandom(seed) }))
    let ticks = 0
    for (; raft.status().role === 'follower'; ticks++) raft.tick()
    return ticks
  }

  it('lie between once and twice the given ticks, differ, and repeat with the seed', () => {
    const timeouts = Array.from({ length: 200 }, (_, seed) => timeoutOf(seed))
    expect(Math.min(...timeouts)).toBe(10)
    expect(Math.max(...timeouts)).toBe(19)
    expect(timeoutOf(7)).toBe(timeoutOf(7))
  })

  it('are none for a member without a vote', () => {
    const configuration = { ...configurationOf([2n]), learners: [1n] }
    const raft = new Raft(raftOptions({ configuration }))
    for (let tick = 0; tick < 100; tick++) raft.tick()
    raft.campaign()
    expect(raft.status()).toMatchObject({ role: 'learner', term: 0 })
  })
})

describe('heartbeats', () => {
  it('go out once in the given ticks', () => {
    const raft = leader({ configuration: configurationOf([1n, 2n]), heartbeatTicks: 3 })
    raft.step({ type: 'vote-response', from: 2n, to: 1n, term: 1, reject: false })
    work(raft)
    const sent = Array.from({ length: 9 }, () => {
      raft.tick()
      return raft.hasReady() ? raft.ready().messages.length : 0
    })
    expect(sent).toEqual([0, 0, 1, 0, 0, 1, 0, 0, 1])
  })
})

describe('reads', () => {
  it('are refused when too many wait', () => {
    const raft = new Raft(raftOptions({ limits: { ...defaultRaftLimits, maxWaitingReads: 2 } }))
    raft.campaign()
    const { messagesAfterPersist } = raft.ready()
    for (const message of messagesAfterPersist) raft.step(message)
    expect([1, 2, 3].map((requestId) => raft.readIndex(requestId))).toEqual([true, true, false])
    raft.ready()
    raft.persisted(1, 1)
    expect(raft.ready().readStates).toEqual([
      { requestId: 1, index: 1 },
      { requestId: 2, index: 1 },
    ])
    expect(raft.readIndex(4)).toBe(true)
  })
})

describe('two leaders of a term', () => {
  it('are an invariant violated, not a reason to follow', () => {
    const raft = leader()
    const heartbeat = { type: 'heartbeat-request', commit: 0, readRound: 0 } as const
    expect(() => raft.step({ ...heartbeat, from: 2n, to: 1n, term: 1 })).toThrow(MetastoreError)
  })
})

describe('cost', () => {
  /** Microseconds of processor time a turn with one proposal takes; the best of several rounds. */
  function costOfTurn(raft: Raft): number {
    const turns = 500
    let best = Number.POSITIVE_INFINITY
    for (let round = 0; round < 10; round++) {
      const started = process.cpuUsage()
      for (let turn = 0; turn < turns; turn++) {
        raft.propose([{ data: Buffer.alloc(16) }])
        work(raft)
        raft.compact(raft.status().lastIndex - 200_000)
      }
      const { user, system } = process.cpuUsage(started)
      best = Math.min(best, (user + system) / turns)
    }
    return best
  }

  it('of a proposal does not grow with the length of the log', () => {
    const raft = leader()
    raft.propose(Array.from({ length: 200_000 }, () => ({ data: Buffer.alloc(16) })))
    work(raft)
    // Copying a log of this length takes hundreds of microseconds.
    expect(costOfTurn(raft)).toBeLessThan(60)
  })
})
