import { join } from 'node:path'
import { invariant, MetastoreError } from '../base/errors.js'
import {
  configurationOf,
  defaultRaftLimits,
  initialHardState,
  type LogPosition,
  Raft,
  type SnapshotMetadata,
} from '../raft/index.js'
import { CatchUpWindow, catchUpBytes } from './catch-up-window.js'
import { openFileLog } from './log/open-log.js'
import type { RaftLog, RecoveredLog } from './log/raft-log.js'
import { VolatileLog } from './log/volatile-log.js'
import { isAlone } from './membership.js'
import type { NodeStorage, RaftNodeOptions } from './options.js'
import { settingsOf } from './settings.js'
import { decodeMetadata } from './snapshots/snapshot-format.js'
import { type LoadedSnapshot, SnapshotStore } from './snapshots/snapshots.js'

/** What a node runs on once everything stored has been read. */
export interface StartedMember {
  readonly raft: Raft
  readonly log: RaftLog
  readonly snapshots: SnapshotStore | undefined
  readonly lastSnapshotBytes: number
  readonly applied: LogPosition
  /** What of the log is kept for other members. */
  readonly window: CatchUpWindow
}

/** Brings the state machine up to the newest snapshot, opens the log, and makes the core. */
export async function startMember(options: RaftNodeOptions): Promise<StartedMember> {
  const { storage, stateMachine } = options
  if (storage === undefined) return startVolatile(options)
  let snapshots: SnapshotStore | undefined
  let loaded: LoadedSnapshot | undefined
  if (stateMachine.durability === 'snapshots') {
    snapshots = await openSnapshots(options, storage)
    loaded = await snapshots.load(async (source) => {
      const received = await stateMachine.receive(source)
      await received.install()
    })
  }
  const received = receivedSnapshot(options, loaded)
  const { log, recovered } = await openLog(options, storage, snapshots, received)
  try {
    if (recovered.tornTail !== undefined) options.onTornTail?.(recovered.tornTail)
    const { applied } = recovered
    const term = loaded?.metadata.term ?? applied.term
    if (term !== applied.term) {
      const problem = `has term ${applied.term} at index ${applied.index}, the snapshot ${term}`
      throw new MetastoreError('log-corrupt', `write-ahead log is damaged: it ${problem}`)
    }
    const raft = makeRaft(options, recovered)
    const lastSnapshotBytes = loaded?.sizeBytes ?? 0
    const window = makeWindow(options, recovered)
    return { raft, log, snapshots, lastSnapshotBytes, applied, window }
  } catch (error) {
    await log.close()
    throw error
  }
}

/** The snapshot of another member that the state holds, and nothing behind it. */
function receivedSnapshot(
  { stateMachine }: RaftNodeOptions,
  loaded: LoadedSnapshot | undefined,
): SnapshotMetadata | undefined {
  if (stateMachine.durability === 'snapshots') return loaded?.received ? loaded.metadata : undefined
  const { origin } = stateMachine
  const metadata = origin === undefined ? undefined : decodeMetadata(origin)
  return metadata?.index === stateMachine.appliedIndex ? metadata : undefined
}

function startVolatile(options: RaftNodeOptions): StartedMember {
  invariant(options.stateMachine.appliedIndex === 0, 'the state of a volatile member is empty')
  const applied = { index: 0, term: 0 }
  const recovered: RecoveredLog = {
    hardState: initialHardState,
    configuration: { ...configurationOf(options.initialVoters), index: 0 },
    applied,
    previous: applied,
    entries: [],
    tornTail: undefined,
  }
  return {
    raft: makeRaft(options, recovered),
    log: new VolatileLog(),
    snapshots: undefined,
    lastSnapshotBytes: 0,
    applied,
    window: makeWindow(options, recovered),
  }
}

function openSnapshots(options: RaftNodeOptions, storage: NodeStorage): Promise<SnapshotStore> {
  const { groupId, memberId } = options
  const directory = join(storage.directory, 'snapshots')
  return SnapshotStore.open({ fileSystem: storage.fileSystem, directory, groupId, memberId })
}

async function openLog(
  options: RaftNodeOptions,
  storage: NodeStorage,
  snapshots: SnapshotStore | undefined,
  received: SnapshotMetadata | undefined,
) {
  try {
    const { log, recovered } = await openFileLog({
      fileSystem: storage.fileSystem,
      directory: join(storage.directory, 'log'),
      groupId: options.groupId,
      memberId: options.memberId,
      configuration: configurationOf(options.initialVoters),
      applied: options.stateMachine.appliedIndex,
      behind: { entries: settingsOf(options).catchUpEntries, bytes: catchUpBytes },
      received,
      random: options.random,
      segmentBytes: storage.segmentBytes,
    })
    return {
      log,
      recovered: isAlone(recovered.configuration) ? withoutBehind(recovered) : recovered,
    }
  } catch (error) {
    const [damaged] = snapshots?.damaged ?? []
    throw damaged ?? error
  }
}

/** A member that is alone holds nothing for others. */
function withoutBehind(recovered: RecoveredLog): RecoveredLog {
  const { applied, previous, entries } = recovered
  return { ...recovered, previous: applied, entries: entries.slice(applied.index - previous.index) }
}

function makeWindow(options: RaftNodeOptions, recovered: RecoveredLog): CatchUpWindow {
  return new CatchUpWindow(settingsOf(options).catchUpEntries, recovered, recovered.applied.index)
}

/** The commit index starts at the larger of what was stored and what is applied; the core sees to it. */
function makeRaft(options: RaftNodeOptions, recovered: RecoveredLog): Raft {
  const { hardState, applied, previous, entries } = recovered
  const { index: configurationIndex, ...configuration } = recovered.configuration
  const { electionTicks, heartbeatTicks, proposalLimits } = settingsOf(options)
  return new Raft({
    id: options.memberId,
    electionTicks,
    heartbeatTicks,
    random: options.random,
    preVote: true,
    checkQuorum: true,
    configuration,
    configurationIndex,
    hardState,
    log: { previous, entries },
    applied: applied.index,
    limits: { ...defaultRaftLimits, maxUncommittedBytes: proposalLimits.bytes },
  })
}
