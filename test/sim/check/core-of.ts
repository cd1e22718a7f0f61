import type { Raft } from '../../../src/raft/index.js'
import { Member } from '../../../src/raft/member.js'

const cores = new WeakMap<Raft, Member>()

/** The state behind a core's face: it passes by when the core is asked for its status. */
export function coreOf(raft: Raft): Member {
  const known = cores.get(raft)
  if (known !== undefined) return known
  const property = Object.getOwnPropertyDescriptor(Member.prototype, 'reportedRole')
  if (property?.get === undefined) throw new Error('a member reports its role')
  const { get } = property
  let core: Member | undefined
  Object.defineProperty(Member.prototype, 'reportedRole', {
    configurable: true,
    get(this: Member) {
      core = this
      return get.call(this)
    },
  })
  raft.status()
  Object.defineProperty(Member.prototype, 'reportedRole', property)
  if (core === undefined) throw new Error('a status tells the role')
  cores.set(raft, core)
  return core
}
