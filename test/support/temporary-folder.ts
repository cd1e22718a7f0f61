import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string
  /** Deletes the folder with all it holds. Idempotent. */
  remove(): Promise<void>
}

/** A new empty folder in `parent` whose name begins with `metastore-` and `purpose`. */
export async function temporaryFolder(
  purpose: string,
  parent = tmpdir(),
): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(parent, `metastore-${purpose}-`))
  const remove = () => rm(path, { recursive: true, force: true, maxRetries: 3 })
  return { path, remove, [Symbol.asyncDispose]: remove }
}
