import type { Http2Stream } from './stream.js'

/** So many streams that we ended and the peer did not are borne with. */
const maxLingering = 100

/** Frames for this many of the streams that we reset last may still be on their way. */
const maxRemembered = 10_000

/** The streams of one connection, and what has to be known of those that are gone. */
export class StreamTable {
  readonly #open = new Map<number, Http2Stream>()
  /** Those on which we have sent our last and the peer has not. */
  readonly #lingering = new Set<Http2Stream>()
  readonly #reset = new Set<number>()
  /** The highest id that the peer has used. */
  lastId = 0

  get size(): number {
    return this.#open.size
  }

  get(id: number): Http2Stream | undefined {
    return this.#open.get(id)
  }

  add(stream: Http2Stream): void {
    this.#open.set(stream.id, stream)
  }

  remove(stream: Http2Stream): void {
    this.#open.delete(stream.id)
    this.#lingering.delete(stream)
  }

  /** We have ended the stream, the peer has not: answers the stream that is borne with no longer. */
  linger(stream: Http2Stream): Http2Stream | undefined {
    this.#lingering.add(stream)
    if (this.#lingering.size <= maxLingering) return undefined
    const [oldest] = this.#lingering
    return oldest
  }

  rememberReset(id: number): void {
    this.#reset.add(id)
    if (this.#reset.size <= maxRemembered) return
    const [oldest] = this.#reset
    if (oldest !== undefined) this.#reset.delete(oldest)
  }

  wasReset(id: number): boolean {
    return this.#reset.has(id)
  }

  all(): Http2Stream[] {
    return [...this.#open.values()]
  }

  lingering(): Http2Stream[] {
    return [...this.#lingering]
  }
}
