import type { ServerStream } from './stream.js'

/** So many streams that we ended and the peer did not are borne with. */
const maxLingering = 100

/** Frames for this many of the streams that we reset last may still be on their way. */
const maxRemembered = 10_000

/** A power of two: the most places that are kept for streams. */
const mostPlaces = 1024

/** The streams of one connection, and what has to be known of those that are gone. */
export class StreamTable {
  /**
   * Each stream stands at the place that its id says, which costs less than a map does when streams
   * come and go with every call. There are at least twice as many places as streams, up to a bound.
   */
  #places: (ServerStream | undefined)[] = [undefined, undefined]
  /** Those whose place a later one has taken. */
  readonly #displaced = new Map<number, ServerStream>()
  #size = 0
  /** Those on which we have sent our last and the peer has not. */
  readonly #lingering = new Set<ServerStream>()
  readonly #reset = new Set<number>()
  /** The highest id that the peer has used. */
  lastId = 0

  get size(): number {
    return this.#size
  }

  get(id: number): ServerStream | undefined {
    const there = this.#places[this.#placeOf(id)]
    if (there !== undefined && there.id === id) return there
    return this.#displaced.size === 0 ? undefined : this.#displaced.get(id)
  }

  /** `stream`: of an id that is not in the table. */
  add(stream: ServerStream): void {
    this.#size++
    if (this.#size * 2 > this.#places.length && this.#places.length < mostPlaces) this.#grow()
    const place = this.#placeOf(stream.id)
    const there = this.#places[place]
    if (there !== undefined) this.#displaced.set(there.id, there)
    this.#places[place] = stream
  }

  remove(stream: ServerStream): void {
    const place = this.#placeOf(stream.id)
    if (this.#places[place] === stream) {
      this.#places[place] = undefined
      this.#size--
    } else if (this.#displaced.delete(stream.id)) {
      this.#size--
    }
    if (this.#lingering.size > 0) this.#lingering.delete(stream)
  }

  /** We have ended the stream, the peer has not: answers the stream that is borne with no longer. */
  linger(stream: ServerStream): ServerStream | undefined {
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

  all(): ServerStream[] {
    const placed = this.#places.filter((stream) => stream !== undefined)
    return [...this.#displaced.values(), ...placed]
  }

  lingering(): ServerStream[] {
    return [...this.#lingering]
  }

  /** A client's ids are odd. */
  #placeOf(id: number): number {
    return (id >>> 1) & (this.#places.length - 1)
  }

  #grow(): void {
    const before = this.#places
    this.#places = new Array<ServerStream | undefined>(before.length * 2).fill(undefined)
    for (const stream of before) {
      if (stream !== undefined) this.#places[this.#placeOf(stream.id)] = stream
    }
  }
}
