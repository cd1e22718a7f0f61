import type { WatchStream } from '../../../src/watch/index.js'
import type { WatchResponse } from '../../../src/wire/index.js'
import { WatchPromises } from '../check/watch-promises.js'
import type { ClientWorld } from './client-world.js'
import type { Serving, SimulatedMember } from './member.js'

/** Between two looks after its watch. */
const lookMs = 300

/**
 * A client that wants to see everything: it watches at one member, and goes on at another one where it was
 * when the member ends, or when it feels like it.
 */
export class Watcher {
  promises: WatchPromises
  private stream: WatchStream | undefined
  private serving: Serving | undefined
  private readonly asked
  private readonly request
  private streams = 0
  private seenBefore = 0

  constructor(
    private readonly world: ClientWorld,
    private readonly name: string,
    private readonly broken: (error: unknown) => void,
  ) {
    const { random, swarm } = world
    const key = `k${random.below(swarm.keys)}`
    this.asked = random.below(2) === 0 ? { key: 'k', rangeEnd: 'z' } : { key, rangeEnd: '' }
    this.request = {
      key: Buffer.from(this.asked.key),
      rangeEnd: Buffer.from(this.asked.rangeEnd),
      prevKv: random.below(2) === 0,
      fragment: random.below(3) === 0,
      progressNotify: random.below(2) === 0,
    }
    this.promises = this.begin(random.below(2))
  }

  /** Events, over all its watches. */
  get seen(): number {
    return this.seenBefore + this.promises.seen
  }

  get upToDate(): boolean {
    return this.stream !== undefined && !this.promises.owed
  }

  async live(): Promise<void> {
    const { world } = this
    for (;;) {
      if (this.stream === undefined) this.open(world.anyMember())
      else if (this.serving?.process.standsStill === false) this.look(this.stream)
      await world.wait(1 + world.random.below(lookMs))
    }
  }

  private look(stream: WatchStream): void {
    const { random, over } = this.world
    if (random.below(10) === 0) stream.requestProgress()
    else if (!over && random.below(12) === 0) this.leave()
  }

  private begin(startRevision: number): WatchPromises {
    const { asked } = this
    const { prevKv } = this.request
    const what = `watch ${this.name}`
    return new WatchPromises(this.world.chronicle, { what, asked, prevKv, startRevision })
  }

  private open(member: SimulatedMember): void {
    const { serving } = member
    if (serving === undefined || serving.process.standsStill) return
    this.serving = serving
    const { compactedAt, nextRevision } = this.promises
    this.seenBefore += this.promises.seen
    const promises = this.begin(compactedAt ?? nextRevision)
    this.promises = promises
    const number = ++this.streams
    const send = (response: WatchResponse) => {
      if (number === this.streams) this.take(promises, response)
      return this.world.random.below(20) > 0 || this.drainLater(number)
    }
    this.stream = serving.store.watch({ send })
    const forget = member.onEnd(() => this.gone(number))
    this.forget = forget
    this.stream.create({ ...this.request, startRevision: promises.nextRevision })
    if (this.world.random.below(3) === 0) this.stream.requestProgress()
  }

  private forget: () => void = () => {}

  private take(promises: WatchPromises, response: WatchResponse): void {
    try {
      this.world.note(
        `watch ${this.name} hears of ${response.header?.revision}: ${response.events.length} events`,
      )
      promises.take(response)
      if (response.canceled) this.leave()
    } catch (error) {
      this.broken(error)
    }
  }

  /** The reader is slow for a while. */
  private drainLater(number: number): boolean {
    const { clock, random } = this.world
    clock.schedule(random.below(400), () => {
      this.serving?.process.run(() => {
        if (number !== this.streams) return
        this.stream?.drained()
        if (random.below(3) === 0) this.stream?.requestProgress()
      })
    })
    return false
  }

  private gone(number: number): void {
    if (number === this.streams) this.stream = undefined
  }

  private leave(): void {
    const { stream } = this
    this.forget()
    this.stream = undefined
    this.streams++
    stream?.close()
  }
}
