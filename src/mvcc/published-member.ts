import type { Engine } from '../engine/engine.js'
import { PublishMember } from '../wire/index.js'
import { memberRow } from './rows/rows.js'

/** What a member last told the cluster about itself, as applied here; undefined: nothing yet. */
export function publishedMember(engine: Engine, memberId: bigint): PublishMember | undefined {
  const row = engine.get(memberRow(memberId))
  return row === undefined ? undefined : PublishMember.decode(row)
}
