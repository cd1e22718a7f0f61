import { FileLog } from '../../../src/node/log/file-log.js'
import type { LogWrite } from '../../../src/node/log/raft-log.js'
import { Replay } from '../../../src/node/log/replay.js'
import { type HardState, type Message, Raft } from '../../../src/raft/index.js'
import type { Leadership } from '../../../src/raft/leadership.js'
import { coreOf } from '../check/core-of.js'
import { patch, together } from '../check/patch.js'
import { calm } from '../world/network.js'
import type { Plant } from './plant.js'

type Append = (this: FileLog, write: LogWrite) => Promise<void>
type Step = (this: Raft, message: Message) => void

/** A network in which every second message takes long. */
const late = { ...calm, mostDelayMs: 30, slow: 500, slowMs: 2500, ordered: false }

/** Lets a leader take its term for begun while a call of the core lasts. */
function withoutTermStart<Args extends unknown[], Result>(
  original: (this: Raft, ...args: Args) => Result,
) {
  return function (this: Raft, ...args: Args): Result {
    const leadership = coreOf(this).leadership as { firstIndex: number } | undefined
    if (leadership === undefined) return original.apply(this, args)
    const { firstIndex } = leadership
    leadership.firstIndex = 0
    try {
      return original.apply(this, args)
    } finally {
      leadership.firstIndex = firstIndex
    }
  }
}

export const raftPlants: readonly Plant[] = [
  {
    name: 'acknowledged before the sync',
    says: 'an append to the log counts as durable as soon as it is handed over',
    members: 1,
    plant: () =>
      patch<Append>(FileLog.prototype, 'append', (append) => {
        return async function (write) {
          append.call(this, write).catch(() => {})
        }
      }),
  },
  {
    name: 'vote without a sync',
    says: 'hard state alone is not synced before the answer leaves',
    members: 3,
    plant: () =>
      patch<Append>(FileLog.prototype, 'append', (append) => {
        return function (write) {
          return append.call(this, { ...write, mustSync: write.entries.length > 0 })
        }
      }),
  },
  {
    name: 'vote forgotten',
    says: 'a restart does not remember whom it voted for',
    members: 5,
    swarm: { faults: ['ambush'], calmMs: 800, conditions: { ...late, slowMs: 300 } },
    plant: () =>
      patch<(this: Replay, state: HardState) => void>(Replay.prototype, 'hardState', (take) => {
        return function (state) {
          take.call(this, { ...state, vote: 0n })
        }
      }),
  },
  {
    name: 'old term committed by count',
    says: 'a leader commits entries of former terms as soon as a quorum has them',
    members: 3,
    plant: () =>
      together(
        () => patch<Step>(Raft.prototype, 'step', withoutTermStart),
        () =>
          patch<(this: Raft, index: number, term: number) => void>(
            Raft.prototype,
            'persisted',
            withoutTermStart,
          ),
      ),
  },
  {
    name: 'ReadIndex before the first commit',
    says: 'a new leader answers reads before it knows how far the terms before had come',
    members: 3,
    plant: () =>
      together(
        () => patch<(this: Raft) => boolean>(Raft.prototype, 'hasReady', withoutTermStart),
        () => patch<(this: Raft) => object>(Raft.prototype, 'ready', withoutTermStart),
      ),
  },
  {
    name: 'ReadIndex without its round',
    says: 'any answer to a heartbeat confirms all reads',
    members: 3,
    swarm: {
      ...{ faults: ['close-ways'], calmMs: 2500, clients: 8, thinkMs: 30 },
      conditions: { ...late, slow: 300, slowMs: 5000 },
    },
    plant: () =>
      patch<Step>(Raft.prototype, 'step', (step) => {
        return function (message) {
          const round = coreOf(this).leadership?.newestRound ?? 0
          const any = message.type === 'heartbeat-response'
          step.call(this, any ? { ...message, readRound: round } : message)
        }
      }),
  },
  {
    name: 'stale leader serves reads',
    says: 'whoever believes that it leads answers reads without asking anybody',
    members: 3,
    plant: () =>
      patch<(this: Raft, requestId: number) => boolean>(Raft.prototype, 'readIndex', () => {
        return function (requestId) {
          const core = coreOf(this)
          const leadership: Leadership | undefined = core.leadership
          if (leadership === undefined) return false
          core.outbox.confirmRead({ requestId, index: core.log.commit })
          return true
        }
      }),
  },
  {
    name: 'log cut too far',
    says: 'segments are removed that the state does not hold yet',
    members: 1,
    plant: () =>
      patch<(this: FileLog, index: number) => Promise<void>>(FileLog.prototype, 'cut', (cut) => {
        return function (index) {
          return cut.call(this, index + 400)
        }
      }),
  },
]
