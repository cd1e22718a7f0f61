import { asBuffer } from '../base/bytes.js'
import { invariant } from '../base/errors.js'
import type { PeerMessage } from '../node/index.js'
import {
  type PeerAppendRequest,
  type PeerEntry,
  PeerEntryKind,
  type PeerProposalsRefused,
  PeerRefusal,
  PeerMessage as WireMessage,
} from '../wire/index.js'

type OfType<Type extends PeerMessage['type']> = Extract<PeerMessage, { type: Type }>

/** A message as it travels, without sender and receiver, which the stream knows. Data is not copied. */
export function toWire(message: PeerMessage): WireMessage {
  const wire = WireMessage.create('term' in message ? { term: message.term } : undefined)
  switch (message.type) {
    case 'append-request':
      wire.appendRequest = appendRequest(message)
      return wire
    case 'append-response': {
      const { index, reject, hintIndex, hintTerm } = message
      wire.appendResponse = { matchIndex: index, reject, hintIndex, hintTerm }
      return wire
    }
    case 'heartbeat-request':
      wire.heartbeatRequest = { commit: message.commit, readRound: message.readRound }
      return wire
    case 'heartbeat-response':
      wire.heartbeatResponse = { readRound: message.readRound }
      return wire
    case 'vote-request': {
      const { lastIndex, lastTerm, transfer } = message
      wire.voteRequest = { lastIndex, lastTerm, transfer }
      return wire
    }
    case 'vote-response':
      wire.voteResponse = { reject: message.reject }
      return wire
    case 'pre-vote-request': {
      const { lastIndex, lastTerm } = message
      wire.preVoteRequest = { lastIndex, lastTerm, transfer: false }
      return wire
    }
    case 'pre-vote-response':
      wire.preVoteResponse = { reject: message.reject }
      return wire
    case 'timeout-now':
      wire.timeoutNow = {}
      return wire
    default:
      return nodeMessage(message, wire)
  }
}

function nodeMessage(
  message: OfType<
    | 'proposals'
    | 'proposals-refused'
    | 'read-index-request'
    | 'read-index-response'
    | 'snapshot-request'
  >,
  wire: WireMessage,
): WireMessage {
  switch (message.type) {
    case 'proposals':
      wire.proposals = { payloads: message.payloads.map(asBuffer) }
      return wire
    case 'proposals-refused':
      wire.proposalsRefused = proposalsRefused(message)
      return wire
    case 'read-index-request':
      wire.readIndexRequest = { run: message.run, requestId: message.requestId }
      return wire
    case 'read-index-response': {
      const { run, requestId, index } = message
      wire.readIndexResponse = { run, requestId, readIndex: index }
      return wire
    }
    case 'snapshot-request':
      invariant(false, 'a snapshot travels on its own')
  }
}

function appendRequest(message: OfType<'append-request'>): PeerAppendRequest {
  const { previousIndex, previousTerm, commit } = message
  const entries: PeerEntry[] = []
  let index = previousIndex
  let term = previousTerm
  for (const entry of message.entries) {
    invariant(entry.index === ++index && entry.term >= term, 'an append has gaps')
    const kind = entry.kind === 'normal' ? PeerEntryKind.NORMAL : PeerEntryKind.CONFIGURATION
    entries.push({ data: asBuffer(entry.data), termStep: entry.term - term, kind })
    term = entry.term
  }
  return { previousIndex, previousTerm, commit, entries }
}

function proposalsRefused(message: OfType<'proposals-refused'>): PeerProposalsRefused {
  const tooMany = message.reason === 'too-many-requests'
  const reason = tooMany ? PeerRefusal.TOO_MANY_REQUESTS : PeerRefusal.NO_LEADER
  return { run: message.run, counters: message.counters, reason }
}
