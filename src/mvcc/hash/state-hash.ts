import { crc32c } from '../../base/crc32c.js'
import { MetastoreError } from '../../base/errors.js'
import type { Engine, EngineView } from '../../engine/engine.js'
import type { Meta } from '../rows/meta.js'
import { leasePrefix, rowsWithPrefix } from '../rows/rows.js'
import { hashKeyValues, type Pause } from './key-value-hash.js'

export interface StateHash {
  readonly hash: number
  /** The revision that the hash is of. */
  readonly hashRevision: number
  /** The current revision when the hash began. */
  readonly revision: number
  readonly compactedRevision: number
}

const rowsPerTurn = 64

/** The hash of HashKV; `asked` 0 is the current revision. @throws MetastoreError as HashKV does */
export function hashAt(
  engine: Engine,
  meta: Meta,
  asked: number,
  pause: Pause,
): Promise<StateHash> {
  const { revision, compactedRevision, sweptRevision } = meta
  if (asked > revision) throw new MetastoreError('future-revision')
  if (asked > 0 && asked < compactedRevision) throw new MetastoreError('compacted')
  const hashRevision = asked === 0 ? revision : asked
  return withView(engine, async (view) => {
    const scope = { revision: hashRevision, compactedRevision, sweptRevision }
    const hash = await hashKeyValues(view, scope, pause)
    return { hash, hashRevision, revision, compactedRevision }
  })
}

/**
 * Of all that is replicated and not only of the pairs: the checksum of {@link hashAt} at the current
 * revision, continued over the current and the compacted revision and every lease's id and
 * time to live (and what a checkpoint left of it).
 */
export function hashOfAll(engine: Engine, meta: Meta, pause: Pause): Promise<StateHash> {
  const { revision, compactedRevision, sweptRevision } = meta
  return withView(engine, async (view) => {
    const scope = { revision, compactedRevision, sweptRevision }
    const pairs = await hashKeyValues(view, scope, pause)
    const revisions = Buffer.from(`meta ${revision} ${compactedRevision} lease`, 'latin1')
    const hash = await hashLeases(view, crc32c(revisions, pairs), pause)
    return { hash, hashRevision: revision, revision, compactedRevision }
  })
}

async function hashLeases(view: EngineView, seed: number, pause: Pause): Promise<number> {
  let hash = seed
  const scan = view.scan({ ...rowsWithPrefix(leasePrefix), priority: 'background' })
  for (;;) {
    const rows = await scan.next(rowsPerTurn)
    if (rows.length === 0) return hash
    for (const { key, value } of rows)
      hash = crc32c(value, crc32c(Buffer.from(key, 'latin1'), hash))
    await pause()
  }
}

/** The view is made at the call, so that it is of the same state as the caller's `meta`. */
async function withView<T>(engine: Engine, work: (view: EngineView) => Promise<T>): Promise<T> {
  const view = engine.view()
  try {
    return await work(view)
  } finally {
    view.close()
  }
}
