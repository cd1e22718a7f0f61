import { MetastoreError } from '../base/errors.js'

/** The error of everything that is used after it was closed. */
export function closedError(what: 'engine' | 'view' | 'scan' | 'scratch file'): MetastoreError {
  return new MetastoreError('server-stopped', `the ${what} is closed`)
}
