import { invariant } from '../../base/errors.js'

const finished: IteratorReturnResult<undefined> = { done: true, value: undefined }

interface Reader<T> {
  resolve(result: IteratorResult<T, undefined>): void
  reject(reason: unknown): void
}

/**
 * The requests of a stream, read by one reader. It asks for a message only when the reader waits
 * for one, so that an idle reader holds its caller back instead of filling memory.
 */
export class RequestQueue<T> implements AsyncIterable<T>, AsyncIterator<T, undefined> {
  readonly #ask: () => void
  #reader: Reader<T> | undefined
  #state: 'open' | 'ended' | 'failed' = 'open'
  #failure: unknown

  /** `ask` is called once for each message wanted; {@link push} or {@link end} answers it. */
  constructor(ask: () => void) {
    this.#ask = ask
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<T, undefined>> {
    invariant(this.#reader === undefined, 'a stream of requests has one reader')
    if (this.#state === 'failed') return Promise.reject(this.#failure)
    if (this.#state === 'ended') return Promise.resolve(finished)
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject }
      this.#ask()
    })
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.end()
    return Promise.resolve(finished)
  }

  /** Hands a message to the waiting reader; after the end it is dropped. */
  push(message: T): void {
    this.#takeReader()?.resolve({ done: false, value: message })
  }

  /** No more messages come. */
  end(): void {
    if (this.#state !== 'open') return
    this.#state = 'ended'
    this.#takeReader()?.resolve(finished)
  }

  /** The reader meets `reason` at once. */
  fail(reason: unknown): void {
    if (this.#state !== 'open') return
    this.#state = 'failed'
    this.#failure = reason
    this.#takeReader()?.reject(reason)
  }

  #takeReader(): Reader<T> | undefined {
    const reader = this.#reader
    this.#reader = undefined
    return reader
  }
}
