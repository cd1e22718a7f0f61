import type { PeerMessage } from '../node/index.js'
import type { Entry, MemberId } from '../raft/index.js'
import {
  type PeerAppendRequest,
  PeerEntryKind,
  type PeerProposalsRefused,
  PeerRefusal,
  type PeerMessage as WireMessage,
} from '../wire/index.js'

interface Ends {
  readonly from: MemberId
  readonly to: MemberId
}

/** What a peer sent; undefined for what is no message that this version knows, or cannot be true. */
export function fromWire(wire: WireMessage, from: MemberId, to: MemberId): PeerMessage | undefined {
  const { term } = wire
  if (!isCount(term)) return undefined
  const ends = { from, to }
  if (wire.appendRequest !== undefined) return appendRequest(wire.appendRequest, term, ends)
  if (wire.appendResponse !== undefined) {
    const { matchIndex: index, reject, hintIndex, hintTerm } = wire.appendResponse
    if (!isCount(index) || !isCount(hintIndex) || !isCount(hintTerm)) return undefined
    return { type: 'append-response', ...ends, term, index, reject, hintIndex, hintTerm }
  }
  if (wire.heartbeatRequest !== undefined) {
    const { commit, readRound } = wire.heartbeatRequest
    if (!isCount(commit) || !isCount(readRound)) return undefined
    return { type: 'heartbeat-request', ...ends, term, commit, readRound }
  }
  if (wire.heartbeatResponse !== undefined) {
    const { readRound } = wire.heartbeatResponse
    return isCount(readRound) ? { type: 'heartbeat-response', ...ends, term, readRound } : undefined
  }
  return election(wire, term, ends) ?? nodeMessage(wire, term, ends)
}

function election(wire: WireMessage, term: number, ends: Ends): PeerMessage | undefined {
  const request = wire.voteRequest ?? wire.preVoteRequest
  if (request !== undefined) {
    const { lastIndex, lastTerm, transfer } = request
    if (!isCount(lastIndex) || !isCount(lastTerm)) return undefined
    return wire.voteRequest === undefined
      ? { type: 'pre-vote-request', ...ends, term, lastIndex, lastTerm }
      : { type: 'vote-request', ...ends, term, lastIndex, lastTerm, transfer }
  }
  if (wire.voteResponse !== undefined) {
    return { type: 'vote-response', ...ends, term, reject: wire.voteResponse.reject }
  }
  if (wire.preVoteResponse !== undefined) {
    return { type: 'pre-vote-response', ...ends, term, reject: wire.preVoteResponse.reject }
  }
  return wire.timeoutNow === undefined ? undefined : { type: 'timeout-now', ...ends, term }
}

function nodeMessage(wire: WireMessage, term: number, ends: Ends): PeerMessage | undefined {
  if (wire.proposals !== undefined) {
    return { type: 'proposals', ...ends, term, payloads: wire.proposals.payloads }
  }
  if (wire.proposalsRefused !== undefined) return proposalsRefused(wire.proposalsRefused, ends)
  if (wire.readIndexRequest !== undefined) {
    const { run, requestId } = wire.readIndexRequest
    if (!isCount(requestId)) return undefined
    return { type: 'read-index-request', ...ends, run, requestId }
  }
  if (wire.readIndexResponse !== undefined) {
    const { run, requestId, readIndex: index } = wire.readIndexResponse
    if (!isCount(requestId) || !isCount(index)) return undefined
    return { type: 'read-index-response', ...ends, run, requestId, index }
  }
  return undefined
}

function appendRequest(wire: PeerAppendRequest, term: number, ends: Ends): PeerMessage | undefined {
  const { previousIndex, previousTerm, commit } = wire
  if (!isCount(previousIndex) || !isCount(previousTerm) || !isCount(commit)) return undefined
  const entries: Entry[] = []
  let index = previousIndex
  let entryTerm = previousTerm
  for (const { data, termStep, kind } of wire.entries) {
    index++
    entryTerm += termStep
    const name = entryKindOf(kind)
    if (name === undefined) return undefined
    entries.push({ index, term: entryTerm, kind: name, data })
  }
  // Neither grows smaller, so that the last ones speak for all.
  if (!isCount(index) || !isCount(entryTerm)) return undefined
  return { type: 'append-request', ...ends, term, previousIndex, previousTerm, entries, commit }
}

function proposalsRefused(wire: PeerProposalsRefused, ends: Ends): PeerMessage | undefined {
  const reason = refusalOf(wire.reason)
  if (reason === undefined) return undefined
  const counters = wire.counters.map((counter) => counter >>> 0)
  return { type: 'proposals-refused', ...ends, run: wire.run, counters, reason }
}

function refusalOf(reason: number): 'no-leader' | 'too-many-requests' | undefined {
  switch (reason) {
    case PeerRefusal.NO_LEADER:
      return 'no-leader'
    case PeerRefusal.TOO_MANY_REQUESTS:
      return 'too-many-requests'
    default:
      return undefined
  }
}

function entryKindOf(kind: number): Entry['kind'] | undefined {
  switch (kind) {
    case PeerEntryKind.NORMAL:
      return 'normal'
    case PeerEntryKind.CONFIGURATION:
      return 'configuration'
    default:
      return undefined
  }
}

/** An index, a term or an id that this program can reckon with. Nothing on the wire is negative. */
export function isCount(value: number): boolean {
  return value <= Number.MAX_SAFE_INTEGER
}
