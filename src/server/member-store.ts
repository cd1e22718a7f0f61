import { setImmediate as nextTurn } from 'node:timers/promises'
import { toHexId } from '../base/ids.js'
import type { Logger } from '../base/logger.js'
import { SystemRandom } from '../base/random.js'
import { systemClock } from '../base/system-clock.js'
import { systemFileSystem } from '../base/system-file-system.js'
import {
  MemoryEngine,
  type ReplaceableEngine,
  ReplaceableLevelEngine,
  ScratchFile,
} from '../engine/index.js'
import type { Transport } from '../node/index.js'
import { openStore, type ReplicatedStore } from '../store/index.js'
import type { MemberConfiguration } from './configuration/index.js'
import type { DataDirectory } from './data-directory.js'
import type { MemberIdentity } from './member-record.js'

/** What etcd waits for a request besides two election timeouts. */
const requestGraceMs = 5000

export interface MemberStoreOptions {
  readonly configuration: MemberConfiguration
  readonly identity: MemberIdentity
  /** undefined: nothing survives. */
  readonly directory: DataDirectory | undefined
  /** The way to the other members. */
  readonly transport: Transport
  readonly logger: Logger
  readonly onFatal: (error: Error) => void
}

/** Opens engine, log and store as one; the store closes them all. */
export async function openMemberStore(options: MemberStoreOptions): Promise<ReplicatedStore> {
  const { configuration, identity, directory, logger } = options
  const { electionTimeoutMs, heartbeatIntervalMs, maxTxnOps, maxRequestBytes } = configuration
  const { rangeCacheBytes, keyFactsBytes } = configuration
  const engine = await openEngine(options)
  return openStore({
    engine,
    scratch: await openScratch(options),
    clusterId: identity.clusterId,
    limits: { maxTxnOperations: maxTxnOps, maxRequestBytes, rangeCacheBytes, keyFactsBytes },
    clock: systemClock,
    random: new SystemRandom(),
    electionTimeoutMs,
    progressIntervalMs: configuration.watchProgressIntervalMs,
    autoCompaction: configuration.autoCompaction,
    leaseCheckpoints: configuration.leaseCheckpoints,
    staticMembers: identity.founders,
    node: {
      memberId: identity.memberId,
      initialVoters: identity.founders.map(({ id }) => id),
      tickMs: heartbeatIntervalMs,
      electionTicks: Math.floor(electionTimeoutMs / heartbeatIntervalMs),
      heartbeatTicks: 1,
      requestTimeoutMs: requestGraceMs + 2 * electionTimeoutMs,
      catchUpEntries: configuration.snapshotCatchUpEntries,
      initialElectionTickAdvance: configuration.initialElectionTickAdvance,
      transport: options.transport,
      onFatal: options.onFatal,
      onDropped: ({ from, type }, problem) => {
        logger.warn('dropped a message that makes no sense', { from: toHexId(from), type, problem })
      },
      onTornTail: ({ file, offset }) => {
        logger.warn('cut off a write that a crash had left unfinished', { file, offset })
      },
      ...(directory === undefined
        ? {}
        : { storage: { fileSystem: systemFileSystem, directory: directory.logParent } }),
    },
    nextTurn,
    onTrouble: (what, error) => logger.warn('trouble in the background', { what, error }),
  })
}

/** The cache of ranges does without, but for what its memory holds. */
async function openScratch(options: MemberStoreOptions): Promise<ScratchFile | undefined> {
  const { directory, identity, configuration, logger } = options
  const { rangeCacheBytes, rangeCacheFileBytes } = configuration
  if (directory === undefined || identity.engine === 'memory') return undefined
  if (rangeCacheBytes === 0 || rangeCacheFileBytes === 0) return undefined
  try {
    return await ScratchFile.open(directory.scratchFile, rangeCacheFileBytes, systemClock)
  } catch (error) {
    logger.warn('ranges are kept in memory alone: there can be no file for them', { error })
    return undefined
  }
}

async function openEngine(options: MemberStoreOptions): Promise<ReplaceableEngine> {
  const { directory, identity, logger, onFatal } = options
  if (directory === undefined || identity.engine === 'memory') return new MemoryEngine()
  const engine = await ReplaceableLevelEngine.open({ folder: directory.levelFolder })
  engine.onFailure((error) => {
    logger.error('the engine can write no more', { error })
    // On a full disk reads go on, and the log holds what is not in the engine.
    if (error.code !== 'no-space') onFatal(error)
  })
  return engine
}
