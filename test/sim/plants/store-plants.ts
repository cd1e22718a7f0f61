import type { Row } from '../../../src/engine/index.js'
import { RunTable } from '../../../src/mvcc/cache/run-table.js'
import { KeyValueState } from '../../../src/mvcc/key-value-state.js'
import { LeaseTable } from '../../../src/mvcc/lease-table.js'
import type { RevisionEvents } from '../../../src/mvcc/reads/history.js'
import { decodeRecord } from '../../../src/mvcc/rows/record.js'
import { readHistoryRow, revisionIndexRow } from '../../../src/mvcc/rows/rows.js'
import { UnreadableRows } from '../../../src/mvcc/sweeping/unreadable-rows.js'
import type { ApplyOutcome } from '../../../src/mvcc/writes/apply-outcome.js'
import type { SnapshotCapture } from '../../../src/node/index.js'
import { SnapshotStore } from '../../../src/node/snapshots/snapshots.js'
import type { SnapshotMetadata } from '../../../src/raft/index.js'
import { Lessor } from '../../../src/store/leases/lessor.js'
import { HubStream } from '../../../src/watch/hub-stream.js'
import { LiveWatchers } from '../../../src/watch/live-watchers.js'
import {
  Command,
  type PutRequest,
  PutResponse,
  RequestOp,
  TxnRequest,
  type TxnResponse,
} from '../../../src/wire/index.js'
import { patch } from '../check/patch.js'
import { SimulatedDisk } from '../simulated-disk.js'
import { SimulatedEngine } from '../world/engine.js'
import type { Plant } from './plant.js'

type Apply = (
  this: KeyValueState,
  index: number,
  term: number,
  command: Command | undefined,
) => ApplyOutcome | undefined | Promise<ApplyOutcome>

type Save = (
  this: SnapshotStore,
  capture: SnapshotCapture,
  metadata: SnapshotMetadata,
) => Promise<number>

interface DueLease {
  deadlineMs: number
  dueMs: number
}

interface LessorParts {
  readonly leases: Map<bigint, DueLease>
  readonly expiry: { start(leases: Iterable<DueLease>): void }
}

export const storePlants: readonly Plant[] = [
  {
    name: 'applied twice',
    says: 'one put in 64 takes place twice in its entry',
    members: 1,
    plant: () =>
      patch<Apply>(KeyValueState.prototype, 'apply', (apply) => {
        return function (index, term, command) {
          const put = command?.put
          if (put === undefined || index % 64 !== 0) return apply.call(this, index, term, command)
          const outcome = apply.call(this, index, term, Command.create({ txn: twice(put) }))
          return outcome instanceof Promise ? outcome.then(asPut) : outcome && asPut(outcome)
        }
      }),
  },
  {
    name: 'snapshot without its last entry',
    says: 'a snapshot says that it holds one entry more than it does',
    members: 1,
    plant: () =>
      patch<Save>(SnapshotStore.prototype, 'save', (save) => {
        return function (capture, metadata) {
          return save.call(this, capture, { ...metadata, index: metadata.index + 1 })
        }
      }),
  },
  {
    name: 'two engine batches under way',
    says: 'batches are written side by side and end in any order',
    members: 1,
    plant: () =>
      patch<(this: SimulatedEngine) => void>(SimulatedEngine.prototype, 'launchLater', () => {
        return function () {
          const engine = this as unknown as {
            clock: { schedule(delayMs: number, callback: () => void): void }
            random: { below(bound: number): number }
            launch(): void
          }
          engine.clock.schedule(engine.random.below(25), () => engine.launch())
        }
      }),
  },
  {
    name: 'no sync of directories',
    says: 'new names in a directory are not made durable',
    members: 1,
    plant: () =>
      patch<() => Promise<void>>(SimulatedDisk.prototype, 'syncDirectory', () => async () => {}),
  },
  {
    name: 'lease extension lost',
    says: 'a new leader goes on with the deadlines it would have had as a follower',
    members: 3,
    plant: () =>
      patch<(this: Lessor, extraMs: number) => void>(Lessor.prototype, 'promote', (promote) => {
        return function (extraMs) {
          const { leases, expiry } = this as unknown as LessorParts
          const before = [...leases.values()].map((lease) => [lease, lease.deadlineMs] as const)
          promote.call(this, extraMs)
          for (const [lease, deadlineMs] of before) {
            lease.deadlineMs = deadlineMs
            lease.dueMs = deadlineMs
          }
          expiry.start(leases.values())
        }
      }),
  },
  {
    name: 'remembered range out of date',
    says: 'ranges that are remembered miss one change of a key in 8',
    members: 1,
    plant: () =>
      patch<(this: RunTable, key: string) => void>(RunTable.prototype, 'noteChange', (note) => {
        let changes = 0
        return function (key) {
          if (++changes % 8 !== 0) note.call(this, key)
        }
      }),
  },
  {
    name: 'keys outlive their lease',
    says: 'a lease that goes leaves its keys behind',
    members: 1,
    plant: () => patch<() => boolean>(LeaseTable.prototype, 'mayHaveKeys', () => () => false),
  },
  {
    name: 'watch progress ahead of events',
    says: 'a watch that is owed events is told that it has them',
    members: 1,
    plant: () => patch<() => boolean>(HubStream.prototype, 'mayHearProgress', () => () => true),
  },
  {
    name: 'watch event lost',
    says: 'one revision in 32 does not reach those who are up to date',
    members: 1,
    plant: () =>
      patch<(this: LiveWatchers, batch: RevisionEvents) => void>(
        LiveWatchers.prototype,
        'publish',
        (publish) => {
          return function (batch) {
            if (batch.revision % 32 !== 0) publish.call(this, batch)
          }
        },
      ),
  },
  {
    name: 'compaction eats a needed tombstone',
    says: 'the delete at the compacted revision goes with those before it',
    members: 1,
    plant: () =>
      patch<(this: UnreadableRows, row: Row) => void>(
        UnreadableRows.prototype,
        'lookAt',
        (lookAt) => {
          return function (row) {
            lookAt.call(this, row)
            const { tombstone, keyValue } = decodeRecord(row.value)
            const { main, sub } = readHistoryRow(row.key)
            if (!tombstone) return
            this.changes.set(row.key, undefined)
            this.changes.set(revisionIndexRow(keyValue.byteKey, main, sub), undefined)
          }
        },
      ),
  },
]

function twice(put: PutRequest): TxnRequest {
  const operation = RequestOp.create({ requestPut: put })
  return TxnRequest.create({ success: [operation, operation] })
}

function asPut(outcome: ApplyOutcome): ApplyOutcome {
  const { revision, eventCount, events } = outcome
  const { header, responses } = outcome.response as TxnResponse
  const response = PutResponse.create({ header, prevKv: responses?.[0]?.responsePut?.prevKv })
  return responses === undefined ? outcome : { response, revision, eventCount, events }
}
