import { KvService } from '../../../src/api/generated/services.js'
import {
  DeleteRangeRequest,
  type Event,
  PutRequest,
  type WatchCreateRequest,
  type WatchResponse,
} from '../../../src/wire/index.js'
import { type Comparable, comparable } from './comparable.js'
import { differences } from './compare.js'
import { covers } from './keys.js'
import { lostAtCompaction, progressAnswered } from './known-differences.js'
import { type Call, call } from './operation.js'
import type { Side } from './side.js'
import type { KnownWatch, World } from './world.js'

const noPut = 0

type Report = (
  side: Side,
  lines: readonly string[],
  answers?: { oracle: Comparable; subject: Comparable },
) => never

interface Sides {
  readonly oracle: Side
  readonly subjects: readonly Side[]
  readonly sameVersion: boolean
}

/** The watches of a run: the same on every side, compared answer by answer and event by event. */
export class LockstepWatches {
  readonly #sides: Sides
  readonly #world: World
  readonly #report: Report
  readonly #catchingUp = new Set<KnownWatch>()
  #historyCompared = 0

  constructor(sides: Sides, world: World, report: Report) {
    this.#sides = sides
    this.#world = world
    this.#report = report
  }

  async create(stream: number, request: WatchCreateRequest): Promise<void> {
    this.#world.openStreams.add(stream)
    for (const side of this.#all) side.stream(stream).create(request)
    const created = await this.#compareControls(stream, this.#all)
    if (created === undefined || created.canceled) return
    const { compactedRevision, revision } = this.#world
    const { startRevision } = request
    const compacted = startRevision > 0 && startRevision < compactedRevision
    if (compacted) await this.#compareControls(stream, this.#all)
    const watch = {
      stream,
      watchId: created.watchId,
      request,
      firstRevision: startRevision > 0 ? startRevision : revision + 1,
      compactedRevision,
      compacted,
      compared: 0,
    }
    this.#world.watches.add(watch)
    if (startRevision > 0 && startRevision <= revision) this.#catchingUp.add(watch)
  }

  /** An unknown id is answered by silence, on every side. */
  async cancel(stream: number, watchId: bigint): Promise<void> {
    if (!this.#world.openStreams.has(stream)) return
    for (const side of this.#all) side.stream(stream).cancel(watchId)
    const known = [...this.#world.watches].find(
      (watch) => watch.stream === stream && watch.watchId === watchId,
    )
    if (known === undefined) return
    await this.#compareControls(stream, this.#all)
    this.#forget(known)
  }

  async progress(stream: number): Promise<void> {
    if (!this.#world.openStreams.has(stream)) return
    for (const side of this.#all) side.stream(stream).requestProgress()
    const answering = this.#all.filter((side) =>
      progressAnswered.concerns(stream, this.#world, this.#hasOldRules(side)),
    )
    await this.#compareControls(stream, answering)
  }

  close(stream: number): void {
    for (const side of this.#all) side.closeStream(stream)
    this.#world.openStreams.delete(stream)
    for (const watch of this.#world.watches) if (watch.stream === stream) this.#forget(watch)
  }

  closeAll(): void {
    for (const stream of [...this.#world.openStreams]) this.close(stream)
  }

  /**
   * Calls that give every new watch of old revisions an event to deliver. Only when that has
   * arrived has it surely caught up, and a compaction can no longer overtake it.
   */
  takeProofsOfCatchingUp(): Call[] {
    const calls: Call[] = []
    for (const { request, compacted } of this.#catchingUp) {
      if (compacted) continue
      const key = request.key.length === 0 ? Buffer.from([0]) : request.key
      calls.push(call('put', KvService.put, PutRequest.create({ key })))
      if (request.filters.includes(noPut)) {
        calls.push(call('delete range', KvService.deleteRange, DeleteRangeRequest.create({ key })))
      }
    }
    this.#catchingUp.clear()
    return calls
  }

  /** Waits until every watch of every side has delivered all it must, and compares the events. */
  async settle(): Promise<void> {
    for (const side of this.#all) {
      if (!(await side.historyReaches(this.#world.revision))) {
        const last = side.history.at(-1)?.kv.modRevision
        this.#report(side, [`a watch of all keys stopped at ${last} of ${this.#world.revision}`])
      }
    }
    this.#compareHistories()
    for (const watch of this.#world.watches) await this.#settleWatch(watch)
    for (const side of this.#all) {
      const complaints = side.complaints()
      if (complaints.length > 0) this.#report(side, complaints)
    }
  }

  get #all(): readonly Side[] {
    return [this.#sides.oracle, ...this.#sides.subjects]
  }

  #hasOldRules(side: Side): boolean {
    return side === this.#sides.oracle || this.#sides.sameVersion
  }

  /** Takes the next answer of each of the sides and compares them; answers the oracle's. */
  async #compareControls(
    stream: number,
    sides: readonly Side[],
  ): Promise<WatchResponse | undefined> {
    const controls = await Promise.all(sides.map((side) => side.stream(stream).takeControl()))
    const trees = controls.map((control) =>
      control === undefined ? 'no answer within 5 s' : comparable(control),
    )
    const [oracle, ...subjects] = trees
    if (oracle === undefined) return undefined
    subjects.forEach((subject, index) => {
      const lines = differences(oracle, subject)
      const side = sides[index + 1]
      if (lines.length > 0 && side) this.#report(side, lines, { oracle, subject })
    })
    return controls[0]
  }

  #compareHistories(): void {
    const from = this.#historyCompared
    const expected = this.#sides.oracle.history
    for (const side of this.#sides.subjects) {
      this.#compareEvents(side, 'all keys', expected.slice(from), side.history.slice(from))
    }
    this.#historyCompared = expected.length
  }

  async #settleWatch(watch: KnownWatch): Promise<void> {
    const { stream, watchId } = watch
    const name = `watch ${watchId} of stream ${stream} ${JSON.stringify(comparable(watch.request))}`
    const delivered: (readonly Event[])[] = []
    for (const side of this.#all) {
      const due = this.#due(side, watch)
      const arrived = () => this.#certain(watch, side.stream(stream).events(watchId), side)
      const complete = await side.stream(stream).until(() => arrived().length >= due.length)
      if (!complete) this.#compareEvents(side, name, due, arrived())
      delivered.push(side.stream(stream).events(watchId))
    }
    const [expected = [], ...others] = delivered.map((events) =>
      this.#certain(watch, events, this.#sides.oracle).slice(watch.compared),
    )
    others.forEach((events, index) => {
      const side = this.#sides.subjects[index]
      if (side !== undefined) this.#compareEvents(side, name, expected, events)
    })
    watch.compared += expected.length
  }

  /** What a watch must have delivered by now, by the side's own watch of all keys. */
  #due(side: Side, watch: KnownWatch): Event[] {
    if (watch.compacted) return []
    const { request, firstRevision } = watch
    const all = side.history.filter(({ kv }) => kv.modRevision >= firstRevision)
    return this.#certain(watch, all, side).filter(
      ({ type, kv }) => covers(request, kv.key) && !request.filters.includes(type),
    )
  }

  /** The events without those that may be lost by the rules of a side. */
  #certain(watch: KnownWatch, events: readonly Event[], side: Side): Event[] {
    const oldRules = this.#hasOldRules(side)
    return events.filter((_, index) => !lostAtCompaction.concerns(events, index, watch, oldRules))
  }

  #compareEvents(
    side: Side,
    name: string,
    expected: readonly Event[],
    actual: readonly Event[],
  ): void {
    const lines = differences(expected.map(comparable), actual.map(comparable))
    if (lines.length > 0) this.#report(side, [`events of ${name}`, ...lines])
  }

  #forget(watch: KnownWatch): void {
    this.#world.watches.delete(watch)
    this.#catchingUp.delete(watch)
    for (const side of this.#all) {
      if (this.#world.openStreams.has(watch.stream)) side.stream(watch.stream).forget(watch.watchId)
    }
  }
}
