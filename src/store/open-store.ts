import type { Clock } from '../base/clock.js'
import type { Random } from '../base/random.js'
import type { ReplaceableEngine, Scratch } from '../engine/index.js'
import { RaftNode, type RaftNodeOptions } from '../node/index.js'
import { WatchHub } from '../watch/index.js'
import type { CompactionRetention } from './compaction/auto-compaction-schedule.js'
import { Compactions } from './compaction/compactions.js'
import { Headers } from './headers.js'
import { KeyCounting } from './key-counting.js'
import { KeyRemembering } from './key-remembering.js'
import { startLeases } from './leases/start-leases.js'
import { Members, type StaticMember } from './members.js'
import { Proposer } from './proposer.js'
import { ReadBudget } from './read-budget.js'
import { ReplicatedState } from './replicated-state.js'
import { ReplicatedStore } from './replicated-store.js'
import { SelfPublisher } from './self-publisher.js'

/** What a message may hold beside the request in it; etcd allows as much. */
const messageOverheadBytes = 512 * 1024
const defaultRequestTimeoutMs = 7_000

export interface StoreLimits {
  /** Operations in each part of a transaction; etcd's default is 128. */
  readonly maxTxnOperations: number
  /** Size of an encoded write; etcd's default is 1.5 MiB. */
  readonly maxRequestBytes: number
  /** Memory of all ranges under way together, then `too-many-requests`; 256 MiB by default. */
  readonly maxReadBytes?: number
  /** Memory for ranges that are asked again; 0: none; 32 MiB by default. */
  readonly rangeCacheBytes?: number
  /** Memory for what puts have to know of keys; 0: none; 64 MiB by default. */
  readonly keyFactsBytes?: number
}

export interface OpenStoreOptions {
  /** The store owns it from here on and closes it, also when opening fails. */
  readonly engine: ReplaceableEngine
  /** For what can be had elsewhere; the store owns it from here on, as the engine. Default: none. */
  readonly scratch?: Scratch | undefined
  readonly clusterId: bigint
  readonly limits: StoreLimits
  readonly clock: Clock
  readonly random: Random
  /** Milliseconds; a lease lives at least one and a half of it, and as much longer after a change of leader. */
  readonly electionTimeoutMs: number
  readonly progressIntervalMs: number
  /** Whether a change of leader gives leases what was left of them and not all their time; default: false. */
  readonly leaseCheckpoints?: boolean | undefined
  /** How much history to keep; without it, only who asks compacts. */
  readonly autoCompaction?: CompactionRetention | undefined
  /** The founding members; they stand in for what members have not published yet. Default: none. */
  readonly staticMembers?: readonly StaticMember[] | undefined
  /** Everything about the Raft node that the store does not decide itself. */
  readonly node: Omit<RaftNodeOptions, 'stateMachine' | 'clock' | 'random' | 'groupId'>
  /** Lets other work of the process go on. */
  readonly nextTurn: () => Promise<void>
  /** Hears of failures in the background that the store recovers from by itself. */
  readonly onTrouble: (what: string, error: unknown) => void
}

/** Opens a whole store: state, node, watches and leases over one engine. */
export async function openStore(options: OpenStoreOptions): Promise<ReplicatedStore> {
  const { engine, scratch, clock, random } = options
  try {
    const state = await ReplicatedState.open(engine, {
      pause: options.nextTurn,
      rangeCacheBytes: options.limits.rangeCacheBytes,
      keyFactsBytes: options.limits.keyFactsBytes,
      scratch,
    })
    const node = await RaftNode.open({
      ...options.node,
      groupId: options.clusterId,
      stateMachine: state,
      clock,
      random,
      onTrouble: options.onTrouble,
    })
    return connect(options, state, node)
  } catch (error) {
    await engine.close()
    await scratch?.close()
    throw error
  }
}

/** In one turn, so that no revision passes between making the hub and hearing of events. */
function connect(
  options: OpenStoreOptions,
  state: ReplicatedState,
  node: RaftNode,
): ReplicatedStore {
  const { engine, clock, limits, onTrouble } = options
  const headers = new Headers(options.clusterId, state, node)
  const { maxTxnOperations, maxRequestBytes } = limits
  const proposer = new Proposer({ engine, clock, node, maxRequestBytes })
  state.onResponses((response) => headers.complete(response))
  const hub = new WatchHub({
    history: state,
    clock,
    header: () => headers.now(),
    progressIntervalMs: options.progressIntervalMs,
    fragmentBytes: maxRequestBytes + messageOverheadBytes,
    nextTurn: options.nextTurn,
    onReadError: (error) => onTrouble('reading history for a watch', error),
  })
  state.onEvents((batch) => hub.publish(batch))
  state.onRestored(() => hub.restored())
  const { requestTimeoutMs = defaultRequestTimeoutMs } = options.node
  const leases = startLeases({ ...options, state, node, headers, proposer, requestTimeoutMs })
  const { nextTurn, autoCompaction } = options
  const compactions = new Compactions({
    ...{ engine, state, node, proposer, clock, autoCompaction, nextTurn, onTrouble },
  })
  const keyCounting = new KeyCounting({ engine, state, nextTurn, onTrouble })
  const keyRemembering = new KeyRemembering({ engine, state, onTrouble })
  const { staticMembers = [] } = options
  const members = new Members({ engine, configuration: () => node.configuration, staticMembers })
  const publisher = new SelfPublisher({ engine, node, proposer, clock, onTrouble })
  return new ReplicatedStore({
    ...{ engine, state, node, hub, headers, proposer, leases, compactions, keyCounting },
    keyRemembering,
    ...{ members, publisher, scratch: options.scratch },
    ...{
      maxTxnOperations,
      nextTurn,
      clock,
      reads: new ReadBudget(clock, nextTurn, limits.maxReadBytes),
    },
  })
}
