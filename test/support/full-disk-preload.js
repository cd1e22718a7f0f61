// Loaded into a member before its own code: while a marker file exists, new files are refused as on
// a disk without room. What is written into files that exist goes through.
import { existsSync, promises } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

const marker = process.env.METASTORE_TEST_FULL_DISK ?? ''
const realOpen = promises.open

promises.open = async (path, flags, mode) => {
  const creates = typeof flags === 'string' ? /[wa]/.test(flags) : ((flags ?? 0) & 0o100) !== 0
  if (creates && existsSync(marker)) {
    throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
  }
  return realOpen(path, flags, mode)
}
syncBuiltinESMExports()
