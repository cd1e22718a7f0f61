import { MetastoreError } from '../../base/errors.js'
import type { RaftLog } from './raft-log.js'

/** The log of a member that keeps nothing: what is appended counts as durable at once. */
export class VolatileLog implements RaftLog {
  readonly grownBytes = 0
  private closed = false

  append(): Promise<void> {
    return this.closed ? Promise.reject(new MetastoreError('server-stopped')) : Promise.resolve()
  }

  cut(): Promise<void> {
    return Promise.resolve()
  }

  close(): Promise<void> {
    this.closed = true
    return Promise.resolve()
  }
}
