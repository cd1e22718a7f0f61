import type { WatchResponse } from '../../../src/wire/index.js'
import { type Event, type WatchCreateRequest, WatchRequest } from '../../../src/wire/index.js'
import type { RawStream } from '../../support/raw-client.js'

const patienceMs = 5_000

/** One watch stream of one side, sorted into the answers to requests and each watch's events. */
export class WatchLog {
  /** Answers without events, in order: created, canceled, progress. */
  readonly controls: WatchResponse[] = []
  /** What breaks a promise that every watch stream gives, whoever serves it. */
  readonly violations: string[] = []
  /** How many of the controls have been looked at. */
  taken = 0
  #stream: RawStream<WatchRequest, WatchResponse>
  readonly #events = new Map<bigint, Event[]>()
  readonly #unfinishedFragments = new Set<bigint>()
  #read = 0

  constructor(stream: RawStream<WatchRequest, WatchResponse>) {
    this.#stream = stream
  }

  create(createRequest: WatchCreateRequest): void {
    this.#stream.send(WatchRequest.create({ createRequest }))
  }

  cancel(watchId: bigint): void {
    this.#stream.send(WatchRequest.create({ cancelRequest: { watchId } }))
  }

  requestProgress(): void {
    this.#stream.send(WatchRequest.create({ progressRequest: {} }))
  }

  close(): void {
    this.#stream.cancel()
  }

  /** Takes what comes on another stream for the continuation of this one. */
  goOn(stream: RawStream<WatchRequest, WatchResponse>): void {
    this.#sort()
    this.#stream = stream
    this.#read = 0
  }

  /** Why nothing more will come; undefined while the stream is open. */
  get failure(): string | undefined {
    const ended = this.#stream.ended
    return ended && `the stream ended: ${ended.code}: ${ended.message}`
  }

  events(watchId: bigint): readonly Event[] {
    this.#sort()
    return this.#events.get(watchId) ?? []
  }

  /** Drops the events of a watch that has ended: its id may come again. */
  forget(watchId: bigint): void {
    this.#events.delete(watchId)
  }

  /** The next answer to a request; undefined: none came in time. */
  async takeControl(): Promise<WatchResponse | undefined> {
    await this.until(() => this.controls.length > this.taken)
    const control = this.controls[this.taken]
    if (control !== undefined) this.taken++
    return control
  }

  /** Waits until the condition holds, 5 s at most; says whether it does. */
  until(condition: () => boolean): Promise<boolean> {
    const look = () => {
      this.#sort()
      return condition()
    }
    return this.#stream.until(look, patienceMs)
  }

  #sort(): void {
    const { received } = this.#stream
    for (; this.#read < received.length; this.#read++) {
      const response = received[this.#read]
      if (response === undefined) continue
      if (response.events.length === 0) this.controls.push(response)
      else this.#keepEvents(response)
    }
  }

  #keepEvents(response: WatchResponse): void {
    const { watchId, events } = response
    const before = this.#events.get(watchId) ?? []
    this.#checkOrder(response, before.at(-1))
    this.#events.set(watchId, [...before, ...events])
    if (response.fragment) this.#unfinishedFragments.add(watchId)
    else this.#unfinishedFragments.delete(watchId)
  }

  #checkOrder({ watchId, events, header }: WatchResponse, previous: Event | undefined): void {
    const revisions = events.map(({ kv }) => kv.modRevision)
    const first = revisions[0] ?? 0
    const last = revisions.at(-1) ?? 0
    const report = (text: string) => this.violations.push(`watch ${watchId}: ${text}`)
    if (revisions.some((revision, index) => revision < (revisions[index - 1] ?? 0))) {
      report(`events out of order: ${revisions.join(' ')}`)
    }
    const earlier = previous?.kv.modRevision ?? 0
    const splitAllowed = this.#unfinishedFragments.has(watchId)
    if (first < earlier || (first === earlier && !splitAllowed)) {
      report(`revision ${first} came after ${earlier} in another response`)
    }
    if ((header?.revision ?? 0) < last) {
      report(`header revision ${header?.revision} with an event of revision ${last}`)
    }
  }
}
