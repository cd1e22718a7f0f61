import type { ResponseSink } from '../rpc/method.js'

/** A sink for handlers that answer one request at a time: sending waits while the reader is behind. */
export class PacedSink<Response> {
  readonly #sink: ResponseSink<Response>
  readonly #signal: AbortSignal
  #resume: () => void = () => {}

  /** `signal`: after it has aborted, nothing waits. */
  constructor(sink: ResponseSink<Response>, signal: AbortSignal) {
    this.#sink = sink
    this.#signal = signal
    sink.onDrain(() => this.#resume())
    signal.addEventListener('abort', () => this.#resume(), { once: true })
  }

  /** Resolves when the next response may be sent. */
  async send(response: Response): Promise<void> {
    if (this.#sink.send(response) || this.#signal.aborted) return
    await new Promise<void>((resolve) => {
      this.#resume = resolve
    })
  }
}
