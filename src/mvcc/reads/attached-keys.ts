import type { CancelSignal } from '../../base/cancel-signal.js'
import { MetastoreError } from '../../base/errors.js'
import type { Engine } from '../../engine/engine.js'
import { eachRow } from '../rows/row-reader.js'
import { attachmentKey, attachmentsOf } from '../rows/rows.js'
import { runSteps } from '../steps.js'

/** The keys attached to a lease, in order, as of the call. @throws MetastoreError `request-canceled` */
export async function readAttachedKeys(
  engine: Engine,
  lease: bigint,
  signal?: CancelSignal,
): Promise<Buffer[]> {
  const keys: Buffer[] = []
  const view = engine.view()
  try {
    await runSteps(
      eachRow(view, attachmentsOf(lease), (row) => {
        if (signal?.aborted) throw new MetastoreError('request-canceled')
        keys.push(Buffer.from(attachmentKey(row.key), 'latin1'))
        return true
      }),
    )
  } finally {
    view.close()
  }
  return keys
}
