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
import type { NodeSettings } from './settings.js'
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

interface StoredSnapshots {
  /** undefined: the state machine keeps its state itself. */
  readonly store: SnapshotStore | undefined
  /** What the state machine has been brought up to. */
  readonly loaded: LoadedSnapshot | undefined
}

/** Brings the state machine up to the newest snapshot, opens the log, and makes the core. */
export async function startMember(
  options: RaftNodeOptions,
  settings: NodeSettings,
): Promise<StartedMember> {
  const { storage } = options
  if (storage === undefined) return startVolatile(options, settings)
  const snapshots = await loadSnapshot(options, storage)
  const { log, recovered } = await openLog(options, settings, storage, snapshots)
  try {
    if (recovered.tornTail !== undefined) options.onTornTail?.(recovered.tornTail)
    const { applied } = recovered
    const term = snapshots.loaded?.metadata.term ?? applied.term
    if (term !== applied.term) {
      const problem = `has term ${applied.term} at index ${applied.index}, the snapshot ${term}`
      throw new MetastoreError('log-corrupt', `write-ahead log is damaged: it ${problem}`)
    }
    return {
      raft: makeRaft(options, settings, recovered),
      log,
      snapshots: snapshots.store,
      lastSnapshotBytes: snapshots.loaded?.sizeBytes ?? 0,
      applied,
      window: makeWindow(settings, recovered),
    }
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

function startVolatile(options: RaftNodeOptions, settings: NodeSettings): StartedMember {
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
    raft: makeRaft(options, settings, recovered),
    log: new VolatileLog(),
    snapshots: undefined,
    lastSnapshotBytes: 0,
    applied,
    window: makeWindow(settings, recovered),
  }
}

async function loadSnapshot(
  { stateMachine, groupId, memberId }: RaftNodeOptions,
  storage: NodeStorage,
): Promise<StoredSnapshots> {
  if (stateMachine.durability !== 'snapshots') return { store: undefined, loaded: undefined }
  const directory = join(storage.directory, 'snapshots')
  const { fileSystem } = storage
  const store = await SnapshotStore.open({ fileSystem, directory, groupId, memberId })
  const loaded = await store.load(async (source) => {
    const received = await stateMachine.receive(source)
    await received.install()
  })
  return { store, loaded }
}

async function openLog(
  options: RaftNodeOptions,
  settings: NodeSettings,
  storage: NodeStorage,
  snapshots: StoredSnapshots,
) {
  try {
    const { log, recovered } = await openFileLog({
      fileSystem: storage.fileSystem,
      directory: join(storage.directory, 'log'),
      groupId: options.groupId,
      memberId: options.memberId,
      configuration: configurationOf(options.initialVoters),
      applied: options.stateMachine.appliedIndex,
      behind: { entries: settings.catchUpEntries, bytes: catchUpBytes },
      received: receivedSnapshot(options, snapshots.loaded),
      random: options.random,
      segmentBytes: storage.segmentBytes,
    })
    return {
      log,
      recovered: isAlone(recovered.configuration) ? withoutBehind(recovered) : recovered,
    }
  } catch (error) {
    const [damaged] = snapshots.store?.damaged ?? []
    throw damaged ?? error
  }
}

/** A member that is alone holds nothing for others. */
function withoutBehind(recovered: RecoveredLog): RecoveredLog {
  const { applied, previous, entries } = recovered
  return { ...recovered, previous: applied, entries: entries.slice(applied.index - previous.index) }
}

function makeWindow(settings: NodeSettings, recovered: RecoveredLog): CatchUpWindow {
  return new CatchUpWindow(settings.catchUpEntries, recovered, recovered.applied.index)
}

/** The commit index starts at the larger of what was stored and what is applied; the core sees to it. */
function makeRaft(options: RaftNodeOptions, settings: NodeSettings, recovered: RecoveredLog): Raft {
  const { hardState, applied, previous, entries } = recovered
  const { index: configurationIndex, ...configuration } = recovered.configuration
  const { electionTicks, heartbeatTicks, proposalLimits } = settings
  return new Raft({
    id: options.memberId,
    electionTicks,
    heartbeatTicks,
    random: options.random,
    preVote: true,
    checkQuorum: true,
    holdsCommits: true,
    configuration,
    configurationIndex,
    hardState,
    log: { previous, entries },
    applied: applied.index,
    limits: { ...defaultRaftLimits, maxUncommittedBytes: proposalLimits.bytes },
  })
}
