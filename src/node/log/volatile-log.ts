import { MetastoreError } from '../../base/errors.js'
import type { LogWrite, RaftLog } from './raft-log.js'

/** The log of a member that keeps nothing: what is appended counts as durable at once. */
export class VolatileLog implements RaftLog {
  private grown = 0
  private closed = false

  get grownBytes(): number {
    return this.grown
  }

  append({ entries }: LogWrite): Promise<void> {
    for (const { data } of entries) this.grown += data.byteLength
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
