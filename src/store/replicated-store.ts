import { MetastoreError } from '../base/errors.js'
import type { Engine } from '../engine/engine.js'
import { type CommandResponse, Sweeper } from '../mvcc/index.js'
import type { RaftNode, RaftStatus } from '../node/index.js'
import type { WatchHub, WatchSink, WatchStream } from '../watch/index.js'
import {
  Command,
  CompactionRequest,
  type CompactionResponse,
  DeleteRangeRequest,
  type DeleteRangeResponse,
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
import type { LeaseService } from './lease-service.js'
import type { ReplicatedState } from './replicated-state.js'
import {
  checkDeleteRange,
  checkPut,
  checkRange,
  checkTxn,
  onlyReads,
  onlySerializableReads,
} from './request-checks.js'
import type { CallOptions, StorageStatus, Store } from './store.js'

export interface StoreLimits {
  /** Operations in each part of a transaction; etcd's default is 128. */
  readonly maxTxnOperations: number
  /** Size of an encoded write; etcd's default is 1.5 MiB. */
  readonly maxRequestBytes: number
}

export interface ReplicatedStoreParts {
  readonly clusterId: bigint
  readonly engine: Engine
  readonly state: ReplicatedState
  readonly node: RaftNode
  readonly hub: WatchHub
  readonly leases: (propose: ProposeCommand, header: () => ResponseHeader) => LeaseService
  readonly limits: StoreLimits
  /** Lets other work of the process go on. */
  readonly nextTurn: () => Promise<void>
}

/** Proposes a command and resolves with its answer, header filled. */
export type ProposeCommand = <Response extends CommandResponse>(
  command: Partial<Command>,
  options: CallOptions | undefined,
) => Promise<Response>

/**
 * What etcd's own encoding of a write adds around the request: its limit is on that encoding, and
 * clients meet it to the byte.
 */
const encodingOverheadBytes = 16

/** The store whose every change goes through the Raft log. */
export class ReplicatedStore implements Store {
  readonly #parts: ReplicatedStoreParts
  readonly #sweeper: Sweeper
  readonly #leases: LeaseService
  readonly #memberId: bigint

  constructor(parts: ReplicatedStoreParts) {
    this.#parts = parts
    this.#memberId = parts.node.status().nodeId
    this.#sweeper = new Sweeper(parts.engine, sweepTarget(parts.state), parts.nextTurn)
    this.#leases = parts.leases(
      (command, options) => this.#propose(command, options),
      () => this.header(),
    )
    void this.#sweeper.sweep()
  }

  async range(init: Partial<RangeRequest>, options?: CallOptions): Promise<RangeResponse> {
    const request = RangeRequest.create(init)
    checkRange(request)
    if (!request.serializable) await this.#parts.node.readIndex(options)
    const { keyValues } = this.#parts.state
    const { revision } = keyValues
    const result = keyValues.range(request)
    const { keyValues: kvs, more, count } = result instanceof Promise ? await result : result
    return RangeResponse.create({ header: this.#headerAt(revision), kvs: [...kvs], more, count })
  }

  async put(init: Partial<PutRequest>, options?: CallOptions): Promise<PutResponse> {
    const put = PutRequest.create(init)
    checkPut(put)
    return this.#propose({ put }, options)
  }

  async deleteRange(
    init: Partial<DeleteRangeRequest>,
    options?: CallOptions,
  ): Promise<DeleteRangeResponse> {
    const deleteRange = DeleteRangeRequest.create(init)
    checkDeleteRange(deleteRange)
    return this.#propose({ deleteRange }, options)
  }

  async txn(init: Partial<TxnRequest>, options?: CallOptions): Promise<TxnResponse> {
    const txn = TxnRequest.create(init)
    checkTxn(txn, this.#parts.limits.maxTxnOperations)
    if (!onlyReads(txn)) return this.#propose({ txn }, options)
    if (!onlySerializableReads(txn)) await this.#parts.node.readIndex(options)
    const response = await this.#parts.state.keyValues.readTxn(txn)
    return this.#withHeader(response)
  }

  async compact(
    init: Partial<CompactionRequest>,
    options?: CallOptions,
  ): Promise<CompactionResponse> {
    const compaction = CompactionRequest.create(init)
    const response: CompactionResponse = await this.#propose({ compaction }, options)
    const swept = this.#sweeper.sweep()
    if (compaction.physical) await swept
    return response
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

  watch(sink: WatchSink): WatchStream {
    return this.#parts.hub.open(sink)
  }

  header(): ResponseHeader {
    return this.#headerAt(this.#parts.state.revision)
  }

  getRaftStatus(): RaftStatus {
    return this.#parts.node.status()
  }

  storageStatus(): StorageStatus {
    const { totalBytes, inUseBytes } = this.#parts.engine.sizes()
    return { totalBytes, inUseBytes, quotaBytes: 0 }
  }

  async close(): Promise<void> {
    this.#leases.close()
    this.#parts.hub.close()
    await this.#parts.node.close()
    await this.#sweeper.close()
    await this.#parts.engine.close()
  }

  async #propose<Response extends CommandResponse>(
    init: Partial<Command>,
    options: CallOptions | undefined,
  ): Promise<Response> {
    if (this.#parts.engine.congested) throw new MetastoreError('too-many-requests')
    const command = Command.create(init)
    const payload = Command.encode(command)
    if (payload.length + encodingOverheadBytes > this.#parts.limits.maxRequestBytes) {
      throw new MetastoreError('request-too-large')
    }
    const response = await this.#parts.node.propose(payload, command, options)
    return this.#withHeader(response as Response)
  }

  #withHeader<Response extends CommandResponse>(response: Response): Response {
    response.header = this.#headerAt(response.header?.revision ?? 0)
    return response
  }

  #headerAt(revision: number): ResponseHeader {
    return {
      clusterId: this.#parts.clusterId,
      memberId: this.#memberId,
      revision,
      raftTerm: this.#parts.node.status().term,
    }
  }
}

/** The state may be another object after a snapshot, so the sweeper looks it up each time. */
function sweepTarget(state: ReplicatedState): ConstructorParameters<typeof Sweeper>[1] {
  return {
    get appliedIndex() {
      return state.keyValues.appliedIndex
    },
    get compactedRevision() {
      return state.keyValues.compactedRevision
    },
    get sweptRevision() {
      return state.keyValues.sweptRevision
    },
    markSwept: (revision) => state.keyValues.markSwept(revision),
  }
}
