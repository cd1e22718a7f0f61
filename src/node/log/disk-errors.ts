import { MetastoreError, messageOf } from '../../base/errors.js'

export function isNoSpace(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false
  return error.code === 'ENOSPC' || error.code === 'EDQUOT' || error.code === 'no-space'
}

/** A write, sync or rename failed: what is on the disk now is not known. */
export function diskFailed(what: string, cause: unknown): MetastoreError {
  if (cause instanceof MetastoreError) return cause
  return new MetastoreError('disk-failed', `disk failed: ${what}: ${messageOf(cause)}`, { cause })
}

/** Making something new failed; `no-space` when there was no room for it, `disk-failed` otherwise. */
export function makingFailed(what: string, cause: unknown): MetastoreError {
  if (!isNoSpace(cause)) return diskFailed(what, cause)
  return new MetastoreError('no-space', undefined, { cause })
}
