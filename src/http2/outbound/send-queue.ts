import type { ServerStream } from '../stream.js'
import type { SendLimits } from './send-limits.js'

/**
 * The streams whose bodies wait for the connection, served in turn, a frame each. Those that wait for
 * windows of their own are not among them: however many there are, they cost nothing.
 */
export class SendQueue {
  readonly #limits: SendLimits
  readonly #ready = new Set<ServerStream>()
  #running = false

  constructor(limits: SendLimits) {
    this.#limits = limits
  }

  /** Serves the stream from now on, if it has something that it may send. */
  add(stream: ServerStream): void {
    if (stream.sendable) this.#ready.add(stream)
  }

  remove(stream: ServerStream): void {
    if (this.#ready.size > 0) this.#ready.delete(stream)
  }

  /** Sends as much as windows and socket take. */
  run(): void {
    if (this.#running || this.#ready.size === 0) return
    this.#running = true
    try {
      for (const stream of this.#ready) {
        if (this.#limits.congested || this.#limits.sendWindowBytes <= 0) break
        this.#ready.delete(stream)
        stream.sendPending()
        this.add(stream)
      }
    } finally {
      this.#running = false
    }
  }
}
