import type { Clock } from '../base/clock.js'
import { MetastoreError } from '../base/errors.js'
import type { Engine, Scratch } from '../engine/index.js'
import {
  type CommandResponse,
  LargeRange,
  publishedMember,
  type RangeResult,
} from '../mvcc/index.js'
import type { RaftNode, RaftStatus } from '../node/index.js'
import type { WatchHub, WatchSink, WatchStream } from '../watch/index.js'
import {
  type Command,
  type CompactionRequest,
  type CompactionResponse,
  DeleteRangeRequest,
  type DeleteRangeResponse,
  EncodedRangeResponse,
  type HashKVRequest,
  type HashKVResponse,
  type HashResponse,
  type LeaseGrantRequest,
  type LeaseGrantResponse,
  type LeaseKeepAliveRequest,
  type LeaseKeepAliveResponse,
  type LeaseLeasesResponse,
  type LeaseRevokeRequest,
  type LeaseRevokeResponse,
  type LeaseTimeToLiveRequest,
  type LeaseTimeToLiveResponse,
  PutRequest,
  type PutResponse,
  RangeRequest,
  RangeResponse,
  type ResponseHeader,
  TxnRequest,
  type TxnResponse,
} from '../wire/index.js'
import type { Compactions } from './compaction/compactions.js'
import { Hashes } from './hashes.js'
import type { Headers } from './headers.js'
import type { KeyCounting } from './key-counting.js'
import type { KeyRemembering } from './key-remembering.js'
import { LargeReads } from './large-reads.js'
import type { LeaseService } from './leases/lease-service.js'
import type { MemberAttributes, MemberInfo, Members } from './members.js'
import type { Proposer } from './proposer.js'
import { RangeStreams } from './range-streams.js'
import type { ReadBudget } from './read-budget.js'
import type { ReplicatedState } from './replicated-state.js'
import {
  checkDeleteRange,
  checkPut,
  checkRange,
  checkTxn,
  onlyReads,
  onlySerializableReads,
} from './request-checks.js'
import type { SelfPublisher } from './self-publisher.js'
import type { CallOptions, MembersOptions, StorageStatus, Store, WatchStatus } from './store.js'

export interface ReplicatedStoreParts {
  readonly engine: Engine
  readonly scratch: Scratch | undefined
  readonly state: ReplicatedState
  readonly node: RaftNode
  readonly hub: WatchHub
  readonly headers: Headers
  readonly proposer: Proposer
  readonly leases: LeaseService
  readonly compactions: Compactions
  readonly keyCounting: KeyCounting
  readonly keyRemembering: KeyRemembering
  readonly members: Members
  /** Absent when the member has nothing to tell about itself. */
  readonly publisher: SelfPublisher
  readonly reads: ReadBudget
  readonly clock: Clock
  /** Operations in each part of a transaction; etcd's default is 128. */
  readonly maxTxnOperations: number
  /** Lets other work of the process go on. */
  readonly nextTurn: () => Promise<void>
}

/** The store whose every change goes through the Raft log. */
export class ReplicatedStore implements Store {
  readonly #parts: ReplicatedStoreParts
  readonly #compactions: Compactions
  readonly #keyCounting: KeyCounting
  readonly #leases: LeaseService
  readonly #rangeStreams: RangeStreams
  readonly #hashes: Hashes
  readonly #largeReads: LargeReads

  constructor(parts: ReplicatedStoreParts) {
    this.#parts = parts
    this.#compactions = parts.compactions
    this.#keyCounting = parts.keyCounting
    this.#leases = parts.leases
    this.#rangeStreams = new RangeStreams(parts)
    this.#hashes = new Hashes(parts)
    this.#largeReads = new LargeReads({ ...parts, budget: parts.reads })
  }

  async range(init: Partial<RangeRequest>, options?: CallOptions): Promise<RangeResponse> {
    const request = RangeRequest.create(init)
    checkRange(request)
    if (!request.serializable) await this.#parts.node.readIndex(options)
    const { reads, state } = this.#parts
    const isPoint = request.rangeEnd.length === 0
    const turn = isPoint ? undefined : reads.turn()
    if (turn !== undefined) await turn
    const { keyValues } = state
    const { revision } = keyValues
    const result = isPoint
      ? keyValues.range(request)
      : reads.run((share) => keyValues.rangeInSteps(request, share))
    const answer = result instanceof Promise ? await result : result
    if (!(answer instanceof LargeRange)) return this.#rangeResponse(answer, revision)
    const large = await this.#largeReads.read(answer, request, options?.signal)
    return this.#rangeResponse(large.answer, large.revision)
  }

  #rangeResponse(answer: RangeResult, revision: number): RangeResponse {
    const header = this.#parts.headers.at(revision)
    const { encoded, more, count } = answer
    if (encoded !== undefined) return new EncodedRangeResponse(header, encoded, more, count)
    return RangeResponse.create({ header, kvs: answer.keyValues, more, count })
  }

  rangeStream(init: Partial<RangeRequest>, options?: CallOptions): AsyncIterable<RangeResponse> {
    return this.#rangeStreams.read(RangeRequest.create(init), options)
  }

  put(init: Partial<PutRequest>, options?: CallOptions): Promise<PutResponse> {
    const put = PutRequest.create(init)
    return this.#proposeChecked(put, checkPut, { put }, options)
  }

  deleteRange(
    init: Partial<DeleteRangeRequest>,
    options?: CallOptions,
  ): Promise<DeleteRangeResponse> {
    const deleteRange = DeleteRangeRequest.create(init)
    return this.#proposeChecked(deleteRange, checkDeleteRange, { deleteRange }, options)
  }

  txn(init: Partial<TxnRequest>, options?: CallOptions): Promise<TxnResponse> {
    const txn = TxnRequest.create(init)
    if (onlyReads(txn)) return this.#readTxn(txn, options)
    return this.#proposeChecked(txn, this.#checkTxn, { txn }, options)
  }

  compact(init: Partial<CompactionRequest>, options?: CallOptions): Promise<CompactionResponse> {
    return this.#compactions.compact(init, options)
  }

  defragment(options?: CallOptions): Promise<void> {
    return this.#compactions.defragment(options)
  }

  leaseGrant(init: Partial<LeaseGrantRequest>, options?: CallOptions): Promise<LeaseGrantResponse> {
    return this.#leases.grant(init, options)
  }

  leaseRevoke(
    init: Partial<LeaseRevokeRequest>,
    options?: CallOptions,
  ): Promise<LeaseRevokeResponse> {
    return this.#leases.revoke(init, options)
  }

  leaseKeepAlive(
    init: Partial<LeaseKeepAliveRequest>,
    options?: CallOptions,
  ): Promise<LeaseKeepAliveResponse> {
    return this.#leases.keepAlive(init, options)
  }

  leaseTimeToLive(
    init: Partial<LeaseTimeToLiveRequest>,
    options?: CallOptions,
  ): Promise<LeaseTimeToLiveResponse> {
    return this.#leases.timeToLive(init, options)
  }

  leaseLeases(options?: CallOptions): Promise<LeaseLeasesResponse> {
    return this.#leases.list(options)
  }

  hashKv(init: Partial<HashKVRequest>, options?: CallOptions): Promise<HashKVResponse> {
    return this.#hashes.hashKv(init, options)
  }

  hash(options?: CallOptions): Promise<HashResponse> {
    return this.#hashes.hash(options)
  }

  watch(sink: WatchSink): WatchStream {
    return this.#parts.hub.open(sink)
  }

  watchStatus(): WatchStatus {
    const { streamCount, watcherCount, behindCount } = this.#parts.hub
    return { streams: streamCount, watchers: watcherCount, behind: behindCount }
  }

  async moveLeader(targetId: bigint, options?: CallOptions): Promise<void> {
    const { node, members } = this.#parts
    if (node.status().state !== 'leader') throw new MetastoreError('not-leader')
    members.requireVoter(targetId)
    await node.transferLeadership(targetId, options)
  }

  async members(options: MembersOptions = {}): Promise<readonly MemberInfo[]> {
    if (options.linearizable === true) await this.#parts.node.readIndex(options)
    return this.#parts.members.list()
  }

  /**
   * Tells the cluster what this member is called and where it is reached, unless the cluster knows; tries
   * until that is done or the store is closed. Called once.
   */
  publish(self: MemberAttributes): Promise<void> {
    return this.#parts.publisher.publish(self)
  }

  /** Whether a member was at work in the cluster before, by what is applied here and by the log beyond. */
  hasTakenPart(memberId: bigint): boolean {
    const { engine, node } = this.#parts
    return publishedMember(engine, memberId) !== undefined || node.hasTakenPart(memberId)
  }

  header(): ResponseHeader {
    return this.#parts.headers.now()
  }

  getRaftStatus(): RaftStatus {
    return this.#parts.node.status()
  }

  storageStatus(): StorageStatus {
    const { totalBytes, inUseBytes } = this.#parts.engine.sizes()
    return { totalBytes, inUseBytes, quotaBytes: 0 }
  }

  async close(): Promise<void> {
    this.#parts.publisher.close()
    this.#leases.close()
    this.#parts.proposer.close()
    this.#parts.hub.close()
    await this.#hashes.close()
    await this.#compactions.close()
    await this.#parts.node.close()
    await this.#keyCounting.close()
    await this.#parts.keyRemembering.close()
    await this.#parts.engine.close()
    await this.#parts.scratch?.close()
  }

  readonly #checkTxn = (txn: TxnRequest): void => checkTxn(txn, this.#parts.maxTxnOperations)

  async #readTxn(txn: TxnRequest, options: CallOptions | undefined): Promise<TxnResponse> {
    this.#checkTxn(txn)
    if (!onlySerializableReads(txn)) await this.#parts.node.readIndex(options)
    const { state, reads, headers } = this.#parts
    return headers.complete(await reads.run((share) => state.keyValues.readTxn(txn, share)))
  }

  /** With no promise beside that of the proposal: one that waits for another costs a write as much as its checks. */
  #proposeChecked<Request, Response extends CommandResponse>(
    request: Request,
    check: (request: Request) => void,
    command: Partial<Command>,
    options: CallOptions | undefined,
  ): Promise<Response> {
    try {
      check(request)
      return this.#parts.proposer.propose(command, options)
    } catch (error) {
      return Promise.reject(error)
    }
  }
}
