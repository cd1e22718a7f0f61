import { MetastoreError } from '../../base/errors.js'

/** The log cannot be trusted at this place; nothing has been changed. */
export function corruptAt(file: string, offset: number, reason: string): MetastoreError {
  const message = `write-ahead log is damaged: ${file} at offset ${offset}: ${reason}`
  return new MetastoreError('log-corrupt', message)
}
