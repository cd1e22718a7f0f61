import {
  type Event,
  type HashKVRequest,
  type RangeRequest,
  SortTarget,
  type TxnRequest,
} from '../../../src/wire/index.js'
import type { Comparable } from './comparable.js'
import type { Call } from './operation.js'
import type { KnownWatch, World } from './world.js'

type Tree = { readonly [field: string]: Comparable }

/**
 * This file names every place where the oracle may differ from ours, and why. What kills the oracle is
 * never sent: an unknown sort target, or a transaction that deletes a key and then puts it with
 * `ignore_value` or `ignore_lease`. What it does not have is RangeStream:
 * ours is compared with its Range. Nor is it killed where ours is: after kill -9, 3.4.23 was seen to
 * apply a put a second time, with a revision of its own, whose entry it had in its log and its database
 * (seed 26 of 400 operations, with a hard restart of the oracle). It is restarted with a goodbye instead.
 */

/** A place where etcd 3.4.23, the oracle, answers otherwise on purpose than 3.7.1, the level served. */
interface KnownDifference {
  readonly name: string
  readonly reason: string
  /** The answer 3.7.1 gives where the oracle gave `answer`; the same object: it is not affected. */
  readonly corrected?: (call: Call, answer: Comparable) => Comparable
  /** Whether this pair of different answers is this difference. */
  readonly accepts?: (call: Call, oracle: Comparable, subject: Comparable) => boolean
}

const refusalsInOrderOfChecking: readonly string[] = [
  'etcdserver: requested lease not found',
  'etcdserver: key not found',
  'etcdserver: mvcc: required revision has been compacted',
  'etcdserver: mvcc: required revision is a future revision',
]

const malformedPrefix = 'grpc: error unmarshalling request: '

/** The differences in answers to calls. */
export const knownDifferences: readonly KnownDifference[] = [
  {
    name: 'keys-only-drops-lease',
    reason: '3.4 leaves the lease in the pairs of a keys_only range; 3.7 drops it with the value',
    corrected: (call, answer) =>
      call.name === 'range' || call.name === 'txn'
        ? withResponse(answer, (response) => withoutLeases(call.request, response))
        : answer,
  },
  {
    name: 'unknown-sort-order',
    reason: '3.4 ignores a sort order it does not know; 3.7 refuses it',
    corrected: (call, answer) =>
      call.name === 'range' && (call.request as RangeRequest).sortOrder > 2 && !emptyKey(call)
        ? failure('INVALID_ARGUMENT', 'etcdserver: invalid sort option')
        : answer,
  },
  {
    name: 'first-of-two-refusals',
    reason:
      'a transaction with two things wrong: 3.4 checks all puts, then all ranges, and the previous ' +
      'key before the lease; 3.7 checks one operation after the other, and the lease first',
    accepts: (call, oracle, subject) =>
      call.name === 'txn' &&
      refusalsInOrderOfChecking.includes(refusal(oracle)) &&
      refusalsInOrderOfChecking.includes(refusal(subject)),
  },
  {
    name: 'first-of-two-refusals-of-a-put',
    reason: 'a put with unknown lease and missing previous key: 3.4 looks for the key first',
    accepts: (call, oracle, subject) =>
      call.name === 'put' &&
      refusal(oracle) === 'etcdserver: key not found' &&
      refusal(subject) === 'etcdserver: requested lease not found',
  },
  {
    name: 'hash-revision',
    reason: '3.4 does not say of which revision a hash is',
    corrected: (call, answer) =>
      call.name === 'hash kv' ? withResponse(answer, (of) => withHashRevision(call, of)) : answer,
  },
  {
    name: 'hash-of-the-compacted-revision',
    reason: '3.4 refuses the hash of the compacted revision itself; 3.7 answers it',
    accepts: (call, oracle, subject) =>
      call.name === 'hash kv' &&
      refusal(oracle) === 'etcdserver: mvcc: required revision has been compacted' &&
      responseOf(subject)?.compactRevision === (call.request as HashKVRequest).revision,
  },
  {
    name: 'text-of-the-decoder',
    reason: 'why bytes are no message is told in the words of the protobuf library in use',
    accepts: (call, oracle, subject) =>
      call.name === 'malformed' &&
      [oracle, subject].every((answer) => refusal(answer).startsWith(malformedPrefix)),
  },
  {
    name: 'malformed-method-name',
    reason: 'a path without a service is ResourceExhausted in the gRPC library of 3.4',
    corrected: (call, answer) =>
      call.name === 'unknown method' && refusal(answer).startsWith('malformed method name')
        ? failure('UNIMPLEMENTED', refusal(answer))
        : answer,
  },
]

/** Of what etcd answers, that which a moment later may be something else, with nothing done to it. */
export const hashBeforeRemoval = {
  name: 'hash-before-removal',
  reason:
    'etcd removes what was compacted behind its answer, and where nothing lives at a revision its ' +
    'hash counts what is left; ours counts what will be left',
  concerns: (call: Call): boolean => call.name === 'hash kv',
}

/** Of the events of the compacted revision itself, those that may be missing. */
export const lostAtCompaction = {
  name: 'lost-at-compaction',
  reason:
    '3.4 drops a deletion at the compacted revision (sooner or later: its compaction works in the ' +
    'background), 3.7 keeps it; and both keep only the last of what one transaction did to one key',
  concerns(events: readonly Event[], index: number, watch: KnownWatch, oldRules: boolean): boolean {
    const event = events[index]
    if (event === undefined || event.kv.modRevision !== watch.compactedRevision) return false
    if (oldRules && event.type === 1) return true
    const { byteKey, modRevision } = event.kv
    return events
      .slice(index + 1)
      .some(({ kv }) => kv.byteKey === byteKey && kv.modRevision === modRevision)
  },
}

/** Whether a progress request is answered when all events have been delivered. */
export const progressAnswered = {
  name: 'progress-always-answered',
  reason:
    '3.4 always answers; 3.7 only when the stream has watches and each is up to date, which one ' +
    'that was cancelled by compaction or begins in the future is not',
  concerns(stream: number, world: World, oldRules: boolean): boolean {
    if (oldRules) return true
    const watches = [...world.watches].filter((watch) => watch.stream === stream)
    const upToDate = (watch: KnownWatch) =>
      !watch.compacted && watch.request.startRevision <= world.revision
    return watches.length > 0 && watches.every(upToDate)
  },
}

/** What a watch from a negative revision is answered; random runs have none. */
export const negativeStart = {
  name: 'negative-start',
  reason:
    '3.4 creates the watch: from -1 with all history, from less only to cancel it as compacted; ' +
    '3.7 refuses both',
  answer: {
    watchId: '-1',
    created: true,
    canceled: true,
    cancelReason: 'etcdserver: mvcc: required revision has been compacted',
  },
}

function emptyKey({ request }: Call): boolean {
  return (request as RangeRequest).key.length === 0
}

function failure(code: string, message: string): Comparable {
  return { failure: { code, message } }
}

function refusal(answer: Comparable): string {
  const { failure: found } = answer as Tree
  return found === undefined ? '' : String((found as Tree).message)
}

function responseOf(answer: Comparable): Tree | undefined {
  return (answer as Tree).response as Tree | undefined
}

function withHashRevision({ request }: Call, response: Tree): Comparable {
  const { revision } = request as HashKVRequest
  return { ...response, hashRevision: revision || ((response.header as Tree).revision ?? 0) }
}

function withResponse(answer: Comparable, change: (response: Tree) => Comparable): Comparable {
  const response = responseOf(answer)
  return response === undefined ? answer : { response: change(response) }
}

function withoutLeases(request: unknown, response: Tree): Comparable {
  if ('succeeded' in response) return branchWithoutLeases(request as TxnRequest, response)
  const { keysOnly, sortTarget } = request as RangeRequest
  if (!keysOnly || sortTarget === SortTarget.VALUE) return response
  const pairs = response.kvs as readonly Tree[]
  return { ...response, kvs: pairs.map((pair) => ({ ...pair, lease: '0' })) }
}

function branchWithoutLeases(request: TxnRequest, response: Tree): Comparable {
  const branch = response.succeeded ? request.success : request.failure
  const answers = response.responses as readonly Tree[]
  return {
    ...response,
    responses: answers.map((answer, index) => {
      const { requestRange, requestTxn } = branch[index] ?? {}
      const { responseRange, responseTxn } = answer
      if (requestRange && responseRange) {
        return { responseRange: withoutLeases(requestRange, responseRange as Tree) }
      }
      if (requestTxn && responseTxn) {
        return { responseTxn: branchWithoutLeases(requestTxn, responseTxn as Tree) }
      }
      return answer
    }),
  }
}
