import {
  campaignAtOnce,
  handlePreVoteRequest,
  handlePreVoteResponse,
  handleVoteRequest,
  handleVoteResponse,
  isOutOfPlace,
} from './election.js'
import type { Leadership } from './leadership.js'
import type { Member } from './member.js'
import { confirmReads } from './read-index.js'
import {
  handleAppendRequest,
  handleAppendResponse,
  handleHeartbeatRequest,
  handleHeartbeatResponse,
} from './replication.js'
import { handleSnapshotRequest } from './snapshot.js'
import { continueTransfer } from './transfer.js'
import { type Message, noMember } from './types.js'

/** Hands a message to what it is about, once terms have been compared (figure 2, rules for all servers). */
export function dispatch(member: Member, message: Message): void {
  if (message.term < member.term) {
    answerStale(member, message)
    return
  }
  if (message.term > member.term) {
    if (isOutOfPlace(member, message)) return
    member.becomeFollower(message.term, isFromLeader(message) ? message.from : noMember)
  }
  const { leadership } = member
  if (leadership !== undefined && isForLeader(message)) toLeader(member, leadership, message)
  else toAnyone(member, message)
}

type ForLeader = Extract<Message, { type: 'append-response' | 'heartbeat-response' }>

function toLeader(member: Member, leadership: Leadership, message: ForLeader): void {
  const progress = leadership.tracker.of(message.from)
  if (progress === undefined) return
  progress.active = true
  if (message.type === 'append-response') {
    handleAppendResponse(member, leadership, message, progress)
    if (leadership.transfer?.to === message.from) continueTransfer(member, leadership)
  } else {
    handleHeartbeatResponse(member, leadership, message, progress)
    confirmReads(member, leadership)
  }
}

function toAnyone(member: Member, message: Message): void {
  switch (message.type) {
    case 'vote-request':
      handleVoteRequest(member, message)
      return
    case 'vote-response':
      handleVoteResponse(member, message)
      return
    case 'pre-vote-request':
      handlePreVoteRequest(member, message)
      return
    case 'pre-vote-response':
      handlePreVoteResponse(member, message)
      return
    case 'append-request':
      handleAppendRequest(member, message)
      return
    case 'heartbeat-request':
      handleHeartbeatRequest(member, message)
      return
    case 'snapshot-request':
      handleSnapshotRequest(member, message)
      return
    case 'timeout-now':
      campaignAtOnce(member)
      return
    case 'append-response':
    case 'heartbeat-response':
      // Answers to a leader that has stepped down.
      return
  }
}

/** Whoever asks in an old term learns the new one from any answer; answers of old terms mean nothing. */
function answerStale(member: Member, message: Message): void {
  const { id, term, outbox } = member
  const address = { from: id, to: message.from, term }
  if (message.type === 'vote-request') {
    outbox.send({ ...address, type: 'vote-response', reject: true })
  } else if (message.type === 'pre-vote-request') {
    outbox.send({ ...address, type: 'pre-vote-response', reject: true })
  } else if (isFromLeader(message)) {
    outbox.send({ ...address, type: 'heartbeat-response', readRound: 0 })
  }
}

function isForLeader(message: Message): message is ForLeader {
  return message.type === 'append-response' || message.type === 'heartbeat-response'
}

function isFromLeader(message: Message): boolean {
  return (
    message.type === 'append-request' ||
    message.type === 'heartbeat-request' ||
    message.type === 'snapshot-request' ||
    message.type === 'timeout-now'
  )
}
