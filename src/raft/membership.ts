import { invariant } from '../base/errors.js'
import { decodeChange, encodeChange } from './change-codec.js'
import { type ConfigurationChange, changed, isJoint } from './configuration-change.js'
import type { Leadership } from './leadership.js'
import type { Member } from './member.js'
import { proposalRefusal } from './proposing.js'
import { isVoter } from './quorum.js'
import { confirmReads } from './read-index.js'
import { advanceCommit } from './replication.js'
import type { ChangeResult } from './results.js'
import type { Configuration, Entry } from './types.js'

const leave: ConfigurationChange = { steps: [], transition: 'auto', context: new Uint8Array() }

/** Quorums before and after overlap only while changes come one at a time (Raft thesis 4.1). */
export function proposeChange(
  member: Member,
  change: ConfigurationChange,
  attachment: unknown,
): ChangeResult {
  const data = encodeChange(change)
  const { leadership, log, term } = member
  const refusal = proposalRefusal(member, data.byteLength)
  if (refusal !== undefined) return refusal
  invariant(leadership !== undefined, 'only a leader takes proposals')
  if (member.checkChanges) {
    if (leadership.changeIndex > log.applied) return { outcome: 'change-unapplied' }
    if (changed(member.configuration, change) === undefined) return { outcome: 'change-unfit' }
  }
  const index = log.lastIndex + 1
  log.append({ index, term, kind: 'configuration', data, attachment })
  noteChange(leadership, index)
  return { outcome: 'accepted', firstIndex: index, term }
}

/** A change that does not fit, and one that a snapshot holds already, changes nothing: all members agree on that. */
export function applyChange(member: Member, entry: Entry): Configuration {
  invariant(entry.kind === 'configuration', 'only a configuration entry changes the configuration')
  invariant(entry.index <= member.log.commit, 'only a committed change is applied')
  if (entry.index <= member.configurationIndex) return member.configuration
  const after = changed(member.configuration, decodeChange(entry.data)) ?? member.configuration
  member.configure(after, entry.index)
  const { leadership } = member
  if (leadership === undefined) return after
  leadership.tracker.configure(after, member.log.lastIndex)
  if (member.stepDownOnRemoval && !isVoter(after, member.id)) {
    member.stepDown()
    return after
  }
  if (leadership.transfer !== undefined && !isVoter(after, leadership.transfer.to)) {
    leadership.transfer = undefined
  }
  advanceCommit(member, leadership)
  confirmReads(member, leadership)
  return after
}

/** Once the change into joint consensus is applied, and unless it says otherwise, the leader changes out of it. */
export function leaveJoint(member: Member, leadership: Leadership): void {
  const { configuration, log, term } = member
  if (!configuration.autoLeave || !isJoint(configuration)) return
  if (leadership.changeIndex > log.applied) return
  const index = log.lastIndex + 1
  log.append({ index, term, kind: 'configuration', data: encodeChange(leave) })
  noteChange(leadership, index)
}

/** Whoever is removed is sent nothing any more once that is applied here, and should have heard of it. */
function noteChange(leadership: Leadership, index: number): void {
  leadership.changeIndex = index
  leadership.commitNews.awaited(index, index)
}
