import { seededRandom } from '../../src/base/random.js'
import {
  configurationOf,
  defaultRaftLimits,
  initialHardState,
  type RaftOptions,
} from '../../src/raft/index.js'

/** Of member 1n, the only voter of a group that begins; `changes` take the place of what is here. */
export function raftOptions(changes: Partial<RaftOptions> = {}): RaftOptions {
  return {
    id: 1n,
    electionTicks: 10,
    heartbeatTicks: 1,
    random: seededRandom(1),
    configuration: configurationOf([1n]),
    hardState: initialHardState,
    log: { previous: { index: 0, term: 0 }, entries: [] },
    applied: 0,
    limits: defaultRaftLimits,
    ...changes,
  }
}
