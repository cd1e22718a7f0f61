import type { Output } from './output.js'
import type { Http2Stream } from './stream.js'

/** The streams whose bodies wait, served in turn, a frame each. */
export class SendQueue {
  readonly #output: Output
  readonly #waiting = new Set<Http2Stream>()
  #running = false

  constructor(output: Output) {
    this.#output = output
  }

  /** Bytes of body that wait on all streams. */
  get waitingBytes(): number {
    let bytes = 0
    for (const stream of this.#waiting) bytes += stream.pendingBytes
    return bytes
  }

  add(stream: Http2Stream): void {
    this.#waiting.add(stream)
    this.run()
  }

  remove(stream: Http2Stream): void {
    this.#waiting.delete(stream)
  }

  /** Sends as much as windows and socket take. */
  run(): void {
    if (this.#running || this.#waiting.size === 0) return
    this.#running = true
    const stalled: Http2Stream[] = []
    for (const stream of this.#waiting) {
      if (this.#output.congested) break
      this.#waiting.delete(stream)
      if (!stream.sendPending()) stalled.push(stream)
      else if (stream.pendingBytes > 0) this.#waiting.add(stream)
    }
    for (const stream of stalled) if (stream.pendingBytes > 0) this.#waiting.add(stream)
    this.#running = false
  }
}
