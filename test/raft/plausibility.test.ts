import { describe, expect, it } from 'vitest'
import { configurationOf, type Entry, type Message, Raft } from '../../src/raft/index.js'
import { raftOptions } from './raft-options.js'

function entry(index: number, term: number, kind: Entry['kind'] = 'normal'): Entry {
  return { index, term, kind, data: Buffer.from('x') }
}

/** A member of three in term 5, with entries 1 to 4, two of them committed. */
function follower(): Raft {
  const entries = [entry(1, 1), entry(2, 3), entry(3, 3), entry(4, 3)]
  return new Raft(
    raftOptions({
      configuration: configurationOf([1n, 2n, 3n]),
      hardState: { term: 5, vote: 0n, commit: 2 },
      log: { previous: { index: 0, term: 0 }, entries },
    }),
  )
}

function leader(): Raft {
  const raft = follower()
  raft.campaign()
  for (const message of raft.ready().messagesAfterPersist) {
    if (message.to === 1n) raft.step(message)
  }
  raft.step({ type: 'vote-response', from: 2n, to: 1n, term: 6, reject: false })
  expect(raft.status().role).toBe('leader')
  return raft
}

const address = { from: 2n, to: 1n, term: 5 }
const append: Message = {
  ...address,
  type: 'append-request',
  previousIndex: 2,
  previousTerm: 3,
  entries: [entry(3, 4), entry(4, 5)],
  commit: 4,
}
const heartbeat: Message = { ...address, type: 'heartbeat-request', commit: 4, readRound: 1 }
const voteRequest: Message = {
  ...address,
  type: 'vote-request',
  lastIndex: 1,
  lastTerm: 1,
  transfer: false,
}
const snapshot = { index: 9, term: 5, configuration: configurationOf([2n]) }
const snapshotRequest: Message = { ...address, type: 'snapshot-request', snapshot }

describe('messages that members send', () => {
  const fine: Message[] = [
    append,
    heartbeat,
    voteRequest,
    snapshotRequest,
    { ...append, from: 9n },
    { ...append, term: 4, previousIndex: 1, previousTerm: 1, entries: [entry(2, 1), entry(3, 1)] },
    { ...address, type: 'heartbeat-response', readRound: 77 },
    { ...address, type: 'timeout-now' },
  ]
  for (const message of fine) {
    it(`have no problem: ${message.type} of ${message.from}`, () => {
      const raft = follower()
      expect(raft.problemOf(message)).toBeUndefined()
      raft.step(message)
    })
  }
})

describe('a message that no member sends is named', () => {
  const nonsense: Record<string, Message> = {
    'it is for another member': { ...append, to: 3n },
    'it claims to come from its receiver': { ...append, from: 1n },
    'it has no sender': { ...append, from: 0n },
    'its term is out of range': { ...append, term: Number.NaN },
    'its term is out of reach': { ...voteRequest, term: 2 ** 51 },
    'it is out of range': { ...voteRequest, lastIndex: -1 },
    'its entries have a gap': { ...append, entries: [entry(4, 4)] },
    'its entries go back in term': { ...append, entries: [entry(3, 4), entry(4, 3)] },
    'its entries are of a later term': { ...append, entries: [entry(3, 6)] },
    'its change cannot be read': { ...append, entries: [entry(3, 5, 'configuration')] },
    'its entries go back behind what is committed': {
      ...{ ...append, previousIndex: 1, previousTerm: 1 },
      entries: [entry(2, 1), entry(3, 1)],
    },
    'it commits what this member has never had': { ...heartbeat, commit: 5 },
    'its snapshot is of a later term': {
      ...snapshotRequest,
      snapshot: { ...snapshot, term: 6 },
    },
    'its snapshot has no voters': {
      ...snapshotRequest,
      snapshot: { ...snapshot, configuration: configurationOf([]) },
    },
    'its sender is no member': {
      ...{ ...address, from: 9n, type: 'vote-response', reject: false },
    },
    'its type is unknown': { ...address, type: 'gibberish' } as never,
  }
  for (const [problem, message] of Object.entries(nonsense)) {
    it(problem, () => expect(follower().problemOf(message)).toBe(problem))
  }

  it('answers to what a leader never sent', () => {
    const raft = leader()
    const to = { ...address, term: 6 }
    const answer: Message = {
      ...to,
      type: 'append-response',
      index: 5,
      reject: false,
      hintIndex: 0,
      hintTerm: 0,
    }
    expect(raft.problemOf(answer)).toBeUndefined()
    expect(raft.problemOf({ ...answer, index: 6 })).toBe('it answers what was never sent')
    const confirmation: Message = { ...to, type: 'heartbeat-response', readRound: 1 }
    expect(raft.problemOf(confirmation)).toBe('it answers what was never sent')
  })

  it('a second leader of a term', () => {
    const second = { ...heartbeat, term: 6 }
    expect(leader().problemOf(second)).toBe('another member leads its term')
    const raft = follower()
    raft.step(heartbeat)
    expect(raft.problemOf({ ...append, from: 3n })).toBe('another member leads its term')
  })
})
