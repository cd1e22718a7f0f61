import {
  type Configuration,
  type ConfigurationChange,
  decodeChange,
  type Entry,
  type HardState,
  type LogPosition,
  type MemberProgress,
  type Message,
} from '../../src/raft/index.js'
import type { Write } from './machine.js'

/** `3@2`: index 3, term 2. */
export function describePosition({ index, term }: LogPosition): string {
  return `${index}@${term}`
}

export function describeEntry(entry: Entry): string {
  if (entry.kind === 'configuration') {
    return `${describePosition(entry)} [${describeChange(decodeChange(entry.data))}]`
  }
  const text = Buffer.from(entry.data).toString()
  return text === '' ? describePosition(entry) : `${describePosition(entry)} ${text}`
}

function describeChange({ steps, transition }: ConfigurationChange): string {
  if (steps.length === 0) return 'leave'
  const words = steps.map(({ kind, id }) => `${kind} ${id}`).join(', ')
  return transition === 'auto' ? words : `${transition} ${words}`
}

export function describeConfiguration(configuration: Configuration): string {
  const { voters, votersOutgoing, learners, learnersNext, autoLeave } = configuration
  const parts = [`voters ${voters.join(' ')}`]
  if (votersOutgoing.length > 0) parts.push(`outgoing ${votersOutgoing.join(' ')}`)
  if (learners.length > 0) parts.push(`learners ${learners.join(' ')}`)
  if (learnersNext.length > 0) parts.push(`next learners ${learnersNext.join(' ')}`)
  if (autoLeave) parts.push('leaving by itself')
  return parts.join(', ')
}

export function describeEntries(entries: readonly Entry[]): string {
  return entries.length === 0 ? 'nothing' : entries.map(describeEntry).join(', ')
}

export function describeHardState({ term, vote, commit }: HardState): string {
  return `term ${term}, vote ${vote === 0n ? 'none' : vote}, commit ${commit}`
}

export function describeWrite({ snapshot, entries, hardState }: Write): string {
  const parts: string[] = []
  if (snapshot !== undefined) parts.push(`snapshot ${describePosition(snapshot)}`)
  if (entries.length > 0) parts.push(describeEntries(entries))
  if (hardState !== undefined) parts.push(describeHardState(hardState))
  return parts.join('; ')
}

export function describeProgress({
  id,
  state,
  match,
  next,
  appendsInFlight,
}: MemberProgress): string {
  return `knows of ${id}: ${state}, match ${match}, next ${next}, in flight ${appendsInFlight}`
}

export function describeMessage(message: Message): string {
  const content = describeContent(message)
  return `${message.type} to ${message.to}: term ${message.term}${content === '' ? '' : `, ${content}`}`
}

function describeContent(message: Message): string {
  switch (message.type) {
    case 'vote-request':
      return `last ${message.lastIndex}@${message.lastTerm}${message.transfer ? ', transfer' : ''}`
    case 'pre-vote-request':
      return `last ${message.lastIndex}@${message.lastTerm}`
    case 'vote-response':
    case 'pre-vote-response':
      return message.reject ? 'refused' : 'granted'
    case 'append-request': {
      const { previousIndex, previousTerm, entries, commit } = message
      return `after ${previousIndex}@${previousTerm} ${describeEntries(entries)}; commit ${commit}`
    }
    case 'append-response':
      if (!message.reject) return `matches to ${message.index}`
      return `refused after ${message.index}, look at ${message.hintIndex}@${message.hintTerm}`
    case 'heartbeat-request':
      return `commit ${message.commit}${describeRound(message.readRound)}`
    case 'heartbeat-response':
      return `alive${describeRound(message.readRound)}`
    case 'timeout-now':
      return ''
    case 'snapshot-request':
      return `snapshot ${describePosition(message.snapshot)}`
  }
}

function describeRound(readRound: number): string {
  return readRound === 0 ? '' : `, round ${readRound}`
}
