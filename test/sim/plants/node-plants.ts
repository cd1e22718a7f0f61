import type { FileHandle } from '../../../src/base/file-system.js'
import { SeenMessages } from '../../../src/node/proposals/seen-messages.js'
import { Reads } from '../../../src/node/reads/reads.js'
import type { ReadState } from '../../../src/raft/index.js'
import { Member } from '../../../src/raft/member.js'
import { Tracker } from '../../../src/raft/tracker.js'
import { patch } from '../check/patch.js'
import { SimulatedDisk } from '../simulated-disk.js'
import type { Plant } from './plant.js'

type Confirm = (this: Reads, state: ReadState, applied: number) => void

export const nodePlants: readonly Plant[] = [
  {
    name: 'forwarded proposal proposed twice',
    says: 'a leader takes every copy of a message with proposals',
    members: 3,
    plant: () => patch<() => boolean>(SeenMessages.prototype, 'isFirst', () => () => true),
  },
  {
    name: 'read id not looked at',
    says: 'any answer to a read of a follower confirms the one under way',
    members: 3,
    plant: () =>
      patch<Confirm>(Reads.prototype, 'confirm', (confirm) => {
        return function (state, applied) {
          const { roundId } = this as unknown as { roundId: number }
          confirm.call(this, { ...state, requestId: roundId }, applied)
        }
      }),
  },
  {
    name: 'read before it is applied',
    says: 'a confirmed read does not wait until this member has applied as much',
    members: 3,
    plant: () =>
      patch<Confirm>(Reads.prototype, 'confirm', (confirm) => {
        return function (state, applied) {
          confirm.call(this, { ...state, index: 0 }, applied)
        }
      }),
  },
  {
    name: 'commit without a quorum',
    says: 'what any one member has counts as committed',
    members: 3,
    plant: () =>
      patch<(this: Tracker) => number>(Tracker.prototype, 'matchedByQuorum', () => {
        return function () {
          return Math.max(this.own.match, ...[...this.others()].map(([, { match }]) => match))
        }
      }),
  },
  {
    name: 'two votes in a term',
    says: 'a member does not keep in mind whom it has voted for',
    members: 5,
    plant: () => patch<() => void>(Member.prototype, 'voteFor', () => () => {}),
  },
  {
    name: 'snapshots not synced',
    says: 'a snapshot counts as stored when it is written',
    members: 3,
    plant: () =>
      patch<(path: string, mode: string) => Promise<FileHandle>>(
        SimulatedDisk.prototype,
        'open',
        (open) => {
          return async function (this: SimulatedDisk, path, mode) {
            const handle = await open.call(this, path, mode)
            return path.includes('/snapshots/') ? { ...handle, sync: async () => {} } : handle
          }
        },
      ),
  },
]
