import type { CancelSignal } from '../base/cancel-signal.js'
import type { ResponseSink } from '../rpc/method.js'

/** A sink on which a handler can wait until its reader has caught up. */
export class PacedSink<Response> {
  readonly #sink: ResponseSink<Response>
  readonly #signal: CancelSignal
  #full = false
  #resume: () => void = () => {}

  /** `signal`: after it has aborted, nothing waits. */
  constructor(sink: ResponseSink<Response>, signal: CancelSignal) {
    this.#sink = sink
    this.#signal = signal
    this.onDrain(() => {})
    signal.addEventListener('abort', () => this.#resume(), { once: true })
  }

  /** Queues one response. False: the reader is behind. */
  send(response: Response): boolean {
    this.#full = !this.#sink.send(response)
    return !this.#full
  }

  /** `listener` is called each time a sink that was full can take more. One listener. */
  onDrain(listener: () => void): void {
    this.#sink.onDrain(() => {
      this.#full = false
      listener()
      this.#resume()
    })
  }

  /** Resolves when the next response may be sent, or none can be any more. */
  async room(): Promise<void> {
    if (!this.#full || this.#signal.aborted) return
    await new Promise<void>((resolve) => {
      this.#resume = resolve
    })
  }
}
