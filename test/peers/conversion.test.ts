import { describe, expect, test } from 'vitest'
import type { PeerMessage, SnapshotRequest } from '../../src/node/index.js'
import { fromWire } from '../../src/peers/from-wire.js'
import { headOf, requestOf } from '../../src/peers/snapshot-head.js'
import { toWire } from '../../src/peers/to-wire.js'
import { PeerSnapshotHead, PeerMessage as WireMessage } from '../../src/wire/index.js'

const far = Number.MAX_SAFE_INTEGER
const ends = { from: 3n, to: 0xffff_ffff_ffff_ffffn }
const raft = { ...ends, term: 12 }

/** One of each type and more: what `Record` asks for keeps the list complete. */
const samples: Record<Exclude<PeerMessage['type'], 'snapshot-request'>, PeerMessage[]> = {
  'append-request': [
    {
      type: 'append-request',
      ...raft,
      previousIndex: 7,
      previousTerm: 3,
      commit: 6,
      entries: [
        { index: 8, term: 3, kind: 'normal', data: Buffer.from('one') },
        { index: 9, term: 5, kind: 'configuration', data: Buffer.from('two') },
        { index: 10, term: 12, kind: 'normal', data: Buffer.alloc(0) },
        { index: 11, term: 12, kind: 'normal', data: Buffer.alloc(3000, 1) },
      ],
    },
    {
      type: 'append-request',
      ...raft,
      previousIndex: 0,
      previousTerm: 0,
      commit: far,
      entries: [],
    },
  ],
  'append-response': [
    { type: 'append-response', ...raft, index: far, reject: true, hintIndex: 9, hintTerm: 8 },
    { type: 'append-response', ...raft, index: 0, reject: false, hintIndex: 0, hintTerm: 0 },
  ],
  'heartbeat-request': [{ type: 'heartbeat-request', ...raft, commit: 4, readRound: 5 }],
  'heartbeat-response': [{ type: 'heartbeat-response', ...raft, readRound: 77 }],
  'vote-request': [
    { type: 'vote-request', ...raft, lastIndex: 4, lastTerm: 3, transfer: true },
    { type: 'vote-request', ...raft, lastIndex: 0, lastTerm: 0, transfer: false },
  ],
  'vote-response': [
    { type: 'vote-response', ...raft, reject: true },
    { type: 'vote-response', ...raft, reject: false },
  ],
  'pre-vote-request': [{ type: 'pre-vote-request', ...raft, lastIndex: 4, lastTerm: 3 }],
  'pre-vote-response': [{ type: 'pre-vote-response', ...raft, reject: true }],
  'timeout-now': [{ type: 'timeout-now', ...raft }],
  proposals: [
    { type: 'proposals', ...raft, payloads: [Buffer.from('a'), Buffer.alloc(0), Buffer.from('b')] },
  ],
  'proposals-refused': [
    {
      type: 'proposals-refused',
      ...ends,
      run: 0xffff_fffe,
      counters: [0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff],
      reason: 'too-many-requests',
    },
    { type: 'proposals-refused', ...ends, run: 0, counters: [], reason: 'no-leader' },
  ],
  'read-index-request': [{ type: 'read-index-request', ...ends, run: 9, requestId: far }],
  'read-index-response': [{ type: 'read-index-response', ...ends, run: 9, requestId: 1, index: 2 }],
}

function received(wire: WireMessage): PeerMessage | undefined {
  return fromWire(WireMessage.decode(WireMessage.encode(wire)), ends.from, ends.to)
}

describe('a message', () => {
  test.each(Object.values(samples).flat())('of type $type comes out as it went in', (message) => {
    expect(received(toWire(message))).toEqual(message)
  })

  test('with ten entries of 100 bytes needs no more than 60 bytes beside their data', () => {
    const entries = Array.from({ length: 10 }, (_, at) => {
      const index = 1_000_001 + at
      return { index, term: 12, kind: 'normal' as const, data: Buffer.alloc(100) }
    })
    const message = toWire({
      type: 'append-request',
      ...raft,
      previousIndex: 1_000_000,
      previousTerm: 12,
      commit: 999_990,
      entries,
    })
    expect(WireMessage.encode(message).length).toBeLessThanOrEqual(1060)
  })

  test('whose entries have gaps is a mistake of the sender', () => {
    const entries = [{ index: 9, term: 1, kind: 'normal' as const, data: Buffer.alloc(0) }]
    const append = { type: 'append-request' as const, ...raft, previousTerm: 1, commit: 0, entries }
    expect(() => toWire({ ...append, previousIndex: 7 })).toThrow('an append has gaps')
    expect(() => toWire({ ...append, previousIndex: 8, previousTerm: 2 })).toThrow('has gaps')
  })
})

describe('what cannot be a message', () => {
  const unsafe = far + 1
  const append = { previousIndex: 1, previousTerm: 1, commit: 1, entries: [] }
  const entry = { data: Buffer.alloc(0), termStep: 0, kind: 0 }
  const response = { matchIndex: 1, reject: false, hintIndex: 0, hintTerm: 0 }
  const wrong: Record<string, Partial<WireMessage>> = {
    'has no content': {},
    'has a term beyond 2^53': { term: unsafe, timeoutNow: {} },
    'has an index beyond 2^53': { appendRequest: { ...append, previousIndex: unsafe } },
    'has a previous term beyond 2^53': { appendRequest: { ...append, previousTerm: unsafe } },
    'has a commit beyond 2^53': { appendRequest: { ...append, commit: unsafe } },
    'has an entry beyond 2^53': {
      appendRequest: { ...append, previousIndex: far, entries: [entry] },
    },
    'has an entry of a term beyond 2^53': {
      appendRequest: { ...append, entries: [{ ...entry, termStep: far }] },
    },
    'has an entry of an unknown kind': {
      appendRequest: { ...append, entries: [{ ...entry, kind: 2 }] },
    },
    'answers with an index beyond 2^53': { appendResponse: { ...response, matchIndex: unsafe } },
    'hints at an index beyond 2^53': { appendResponse: { ...response, hintIndex: unsafe } },
    'hints at a term beyond 2^53': { appendResponse: { ...response, hintTerm: unsafe } },
    'beats with a commit beyond 2^53': { heartbeatRequest: { commit: unsafe, readRound: 0 } },
    'beats for a round beyond 2^53': { heartbeatRequest: { commit: 0, readRound: unsafe } },
    'answers for a round beyond 2^53': { heartbeatResponse: { readRound: unsafe } },
    'asks with an index beyond 2^53': {
      voteRequest: { lastIndex: unsafe, lastTerm: 0, transfer: false },
    },
    'asks with a term beyond 2^53': {
      preVoteRequest: { lastIndex: 0, lastTerm: unsafe, transfer: false },
    },
    'reads with an id beyond 2^53': { readIndexRequest: { run: 0, requestId: unsafe } },
    'reads at an index beyond 2^53': {
      readIndexResponse: { run: 0, requestId: 0, readIndex: unsafe },
    },
    'refuses for no reason': { proposalsRefused: { run: 0, counters: [1], reason: 0 } },
    'refuses for an unknown reason': { proposalsRefused: { run: 0, counters: [1], reason: 3 } },
  }

  test.each(Object.entries(wrong))('%s', (_name, init) => {
    expect(received(WireMessage.create(init))).toBeUndefined()
  })

  test('is of a type that came later', () => {
    const later = Buffer.from([8, 12, 0xfa, 0x01, 0])
    expect(fromWire(WireMessage.decode(later), 1n, 2n)).toBeUndefined()
  })
})

describe('the head of a snapshot', () => {
  const request: SnapshotRequest = {
    type: 'snapshot-request',
    ...raft,
    snapshot: {
      index: far,
      term: 11,
      configuration: {
        voters: [1n, 2n],
        votersOutgoing: [2n, 4n],
        learners: [5n],
        learnersNext: [4n],
        autoLeave: true,
      },
    },
  }
  const through = (head: PeerSnapshotHead) => {
    return requestOf(PeerSnapshotHead.decode(PeerSnapshotHead.encode(head)), ends.from, ends.to)
  }

  test('comes out as it went in', () => {
    expect(through(headOf(request, 9n))).toEqual(request)
  })

  test.each([
    ['an index beyond 2^53', { snapshotIndex: far + 1 }],
    ['a term above its sender’s', { snapshotTerm: 13 }],
    ['no voter', { members: [] }],
  ])('with %s cannot be true', (_name, change) => {
    expect(through({ ...headOf(request, 9n), ...change })).toBeUndefined()
  })
})
