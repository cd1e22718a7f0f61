import { KvService, MaintenanceService } from '../../../src/api/generated/services.js'
import {
  PutRequest,
  RangeRequest,
  StatusRequest,
  type StatusResponse,
} from '../../../src/wire/index.js'
import { type Seat, takeSeats } from '../../support/cluster-processes.js'
import type { ServerProcess } from '../../support/member-process.js'
import { RawClient } from '../../support/raw-client.js'
import { waitFor } from '../../support/wait-for.js'
import type { Contender } from '../contenders.js'
import type { LoadGenerator } from '../load/generator.js'
import { distinctKey, putMessage } from '../load/messages.js'

const patienceMs = 120_000

interface Member {
  readonly server: ServerProcess
  readonly client: RawClient
}

/** A cluster of three members with one key, on the loopback interface. */
export class ThreeMembers implements AsyncDisposable {
  readonly generator: LoadGenerator
  readonly #contender: Contender
  readonly #seats: readonly Seat[]
  readonly #running = new Map<Seat, Member>()
  #startedMs = 0

  private constructor(contender: Contender, seats: readonly Seat[], generator: LoadGenerator) {
    this.#contender = contender
    this.#seats = seats
    this.generator = generator
  }

  /** Starts all at once; resolves when each has answered a linearizable range, and one leads. */
  static async start(
    contender: Contender,
    folder: string,
    generator: LoadGenerator,
  ): Promise<ThreeMembers> {
    const seats = await takeSeats(folder)
    const members = new ThreeMembers(contender, seats, generator)
    try {
      await members.#startAll()
      if (!(await members.put(await members.leader()))) throw new Error('the first put failed')
      return members
    } catch (error) {
      await members[Symbol.asyncDispose]()
      throw error
    }
  }

  /** Milliseconds from the start of all until each had answered a linearizable range. */
  get startedMs(): number {
    return this.#startedMs
  }

  get running(): readonly Seat[] {
    return [...this.#running.keys()]
  }

  /** The one that leads, when all that run say so. */
  async leader(): Promise<Seat> {
    let leader: Seat | undefined
    const look = async () => {
      const views = await Promise.all(this.running.map((seat) => this.status(seat)))
      const leaders = new Set(views.map((view) => view.leader))
      const at = views.findIndex((view) => view.leader === view.header?.memberId)
      leader = this.running[at]
      return leaders.size === 1 && leader !== undefined
    }
    await waitFor('one leader, and everybody knows it', look, patienceMs)
    if (leader === undefined) throw new Error('no leader')
    return leader
  }

  async follower(): Promise<Seat> {
    const leader = await this.leader()
    const follower = this.running.find((seat) => seat !== leader)
    if (follower === undefined) throw new Error('no follower')
    return follower
  }

  status(seat: Seat): Promise<StatusResponse> {
    return this.#member(seat).client.call(MaintenanceService.status, StatusRequest.create())
  }

  /** Puts the first key; true: it was acknowledged. */
  async put(seat: Seat): Promise<boolean> {
    const request = PutRequest.decode(putMessage(0))
    return 'response' in (await this.#member(seat).client.unary(KvService.put, request))
  }

  /** Starts one that does not run; resolves when it says that it serves. */
  async start(seat: Seat): Promise<void> {
    const server = await this.#contender.startOneOf(this.#seats, seat)
    this.#running.set(seat, { server, client: new RawClient(seat.endpoint) })
  }

  /** kill -9. */
  async kill(seat: Seat): Promise<void> {
    const { server, client } = this.#member(seat)
    this.#running.delete(seat)
    client.close()
    await server.process.kill()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.running.map((seat) => this.kill(seat)))
  }

  async #startAll(): Promise<void> {
    const from = performance.now()
    const range = RangeRequest.create({ key: distinctKey(0) })
    const starts = await Promise.allSettled(
      this.#seats.map(async (seat) => {
        await this.start(seat)
        await this.#member(seat).client.call(KvService.range, range)
      }),
    )
    this.#startedMs = performance.now() - from
    for (const start of starts) if (start.status === 'rejected') throw start.reason
  }

  #member(seat: Seat): Member {
    const member = this.#running.get(seat)
    if (member === undefined) throw new Error(`${seat.name} does not run`)
    return member
  }
}
