import { rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string
  /** Deletes the folder with all it holds. Idempotent. */
  remove(): Promise<void>
}

/**
 * A new empty folder in `parent` whose name begins with `metastore-` and `purpose`. It goes with this
 * process where nobody removed it before.
 */
export async function temporaryFolder(
  purpose: string,
  parent = tmpdir(),
): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(parent, `metastore-${purpose}-`))
  const how = { recursive: true, force: true, maxRetries: 10 }
  const removeAtExit = () => rmSync(path, how)
  process.once('exit', removeAtExit)
  const remove = async () => {
    await rm(path, how)
    process.off('exit', removeAtExit)
  }
  return { path, remove, [Symbol.asyncDispose]: remove }
}
