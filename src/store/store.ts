import type { CancelSignal } from '../base/cancel-signal.js'
import type { RaftStatus } from '../node/raft-status.js'
import type { WatchSink, WatchStream } from '../watch/watch-stream.js'
import type {
  CompactionRequest,
  CompactionResponse,
  DeleteRangeRequest,
  DeleteRangeResponse,
  HashKVRequest,
  HashKVResponse,
  HashResponse,
  LeaseGrantRequest,
  LeaseGrantResponse,
  LeaseKeepAliveRequest,
  LeaseKeepAliveResponse,
  LeaseLeasesResponse,
  LeaseRevokeRequest,
  LeaseRevokeResponse,
  LeaseTimeToLiveRequest,
  LeaseTimeToLiveResponse,
  PutRequest,
  PutResponse,
  RangeRequest,
  RangeResponse,
  ResponseHeader,
  TxnRequest,
  TxnResponse,
} from '../wire/index.js'
import type { MemberInfo } from './members.js'

export interface CallOptions {
  /** Aborting gives the caller its answer at once; a write that was proposed may still take place. */
  readonly signal?: CancelSignal
}

/** What Maintenance.Status needs beside the Raft status. */
export interface StorageStatus {
  readonly totalBytes: number
  readonly inUseBytes: number
  /** 0: none. */
  readonly quotaBytes: number
}

/** What is open of watches just now; all zero when every stream has ended. */
export interface WatchStatus {
  readonly streams: number
  readonly watchers: number
  /** Those of the watchers that are owed events of the past. */
  readonly behind: number
}

export interface MembersOptions extends CallOptions {
  /** Waits until all that was acknowledged before the call is applied here; default: false. */
  readonly linearizable?: boolean
}

/**
 * The replicated key-value store with etcd's semantics. Fields left out of a request have their
 * proto default. Every method rejects with a MetastoreError whose code names the error.
 */
export interface Store {
  range(request: Partial<RangeRequest>, options?: CallOptions): Promise<RangeResponse>
  /**
   * A range in key order as a stream of pieces of about 1 MiB that all show the same moment. Header,
   * `more` and `count` come with the last one. The next piece is read when it is asked for; what is
   * read from is held until the loop over it ends. Its first step throws what {@link range} rejects
   * with, `unimplemented` for sorts and revision filters, and `too-many-requests` when too many
   * streams are open.
   */
  rangeStream(request: Partial<RangeRequest>, options?: CallOptions): AsyncIterable<RangeResponse>
  put(request: Partial<PutRequest>, options?: CallOptions): Promise<PutResponse>
  deleteRange(
    request: Partial<DeleteRangeRequest>,
    options?: CallOptions,
  ): Promise<DeleteRangeResponse>
  txn(request: Partial<TxnRequest>, options?: CallOptions): Promise<TxnResponse>
  /**
   * A `physical` one is answered when what it made unreadable is gone from this member and its space
   * given back; the others do so in their own time.
   */
  compact(request: Partial<CompactionRequest>, options?: CallOptions): Promise<CompactionResponse>
  /** Gives unused space back to the disk, of this member only. Reads and writes go on beside it. */
  defragment(options?: CallOptions): Promise<void>
  leaseGrant(
    request: Partial<LeaseGrantRequest>,
    options?: CallOptions,
  ): Promise<LeaseGrantResponse>
  leaseRevoke(
    request: Partial<LeaseRevokeRequest>,
    options?: CallOptions,
  ): Promise<LeaseRevokeResponse>
  leaseKeepAlive(
    request: Partial<LeaseKeepAliveRequest>,
    options?: CallOptions,
  ): Promise<LeaseKeepAliveResponse>
  leaseTimeToLive(
    request: Partial<LeaseTimeToLiveRequest>,
    options?: CallOptions,
  ): Promise<LeaseTimeToLiveResponse>
  leaseLeases(options?: CallOptions): Promise<LeaseLeasesResponse>
  /**
   * The CRC-32C that etcd answers for the same history at `revision` (0: the current one), of this
   * member's own state, whatever its engine.
   * @throws MetastoreError `future-revision`, `compacted`, `too-many-requests` beside 8 others
   */
  hashKv(request: Partial<HashKVRequest>, options?: CallOptions): Promise<HashKVResponse>
  /**
   * A CRC-32C over all replicated rows as they are now: what {@link hashKv} covers, then the current
   * and the compacted revision, then every lease. Equal on members with the same history, whatever
   * their engine; not comparable with etcd's, which is over its own file.
   * @throws MetastoreError `too-many-requests` beside 8 others
   */
  hash(options?: CallOptions): Promise<HashResponse>
  /** A stream of watches whose responses go to `sink`; its owner closes it. */
  watch(sink: WatchSink): WatchStream
  watchStatus(): WatchStatus
  /**
   * Hands leadership to a voter; resolves when that one leads.
   * @throws MetastoreError `not-leader` when this member does not lead, `bad-leader-transferee` when
   *   the target has no vote here, `request-timed-out`
   */
  moveLeader(targetId: bigint, options?: CallOptions): Promise<void>
  /** The members of the cluster by id, learners too. @throws MetastoreError as linearizable reads do */
  members(options?: MembersOptions): Promise<readonly MemberInfo[]>
  /** The header a response made now would carry. */
  header(): ResponseHeader
  getRaftStatus(): RaftStatus
  storageStatus(): StorageStatus
  /** Idempotent. Pending calls are answered with `server-stopped`. */
  close(): Promise<void>
}
