import { AdminService, KvService, MaintenanceService } from '../../src/api/generated/services.js'
import {
  HashKVRequest,
  PutRequest,
  type PutResponse,
  RangeRequest,
  StatusRequest,
} from '../../src/wire/index.js'
import type { Seat } from './cluster-processes.js'
import { type Answer, RawClient } from './raw-client.js'
import { waitFor } from './wait-for.js'

/** What a member says of leadership, as text: role, term and leader. */
interface Leadership {
  readonly state: string
  readonly term: number
  readonly leaderId: bigint
}

/** One client per member of a cluster, and what tests ask all of them. */
export class ClusterClients implements Disposable {
  readonly #clients: ReadonlyMap<Seat, RawClient>

  constructor(seats: readonly Seat[]) {
    this.#clients = new Map(seats.map((seat) => [seat, new RawClient(seat.endpoint)]))
  }

  of(seat: Seat): RawClient {
    const client = this.#clients.get(seat)
    if (client === undefined) throw new Error(`no client of ${seat.name}`)
    return client
  }

  put(seat: Seat, key: string, value: string, timeoutMs?: number): Promise<Answer<PutResponse>> {
    const request = PutRequest.create({ key: Buffer.from(key), value: Buffer.from(value) })
    return this.of(seat).unary(KvService.put, request, timeoutMs)
  }

  /** The value of a key, or what the call failed with. */
  async read(
    seat: Seat,
    key: string,
    options: Partial<RangeRequest> = {},
    timeoutMs?: number,
  ): Promise<string | undefined> {
    const request = RangeRequest.create({ key: Buffer.from(key), ...options })
    const answer = await this.of(seat).unary(KvService.range, request, timeoutMs)
    if ('failure' in answer) return `${answer.failure.code}: ${answer.failure.message}`
    return answer.response.kvs[0]?.value.toString()
  }

  async leadership(seat: Seat): Promise<Leadership> {
    const status = await this.of(seat).call(AdminService.getRaftStatus, {}, 2000)
    return { state: String(status.state), term: status.term, leaderId: status.leaderId }
  }

  async memberId(seat: Seat): Promise<bigint> {
    const status = await this.of(seat).call(MaintenanceService.status, StatusRequest.create())
    return status.header?.memberId ?? 0n
  }

  /**
   * R4: waits until exactly one of `seats` says it leads, and all say the same of term and leader.
   * Answers the leader.
   */
  async agreedLeader(seats: readonly Seat[], timeoutMs?: number): Promise<Seat> {
    let leader: Seat | undefined
    await waitFor(
      'one leader, and everybody knows it',
      async () => {
        const all = await Promise.all(seats.map((seat) => this.leadership(seat)))
        const leaders = seats.filter((_, index) => all[index]?.state === 'leader')
        const views = new Set(all.map(({ term, leaderId }) => `${term} ${leaderId}`))
        leader = leaders[0]
        return leaders.length === 1 && views.size === 1 && all[0]?.leaderId !== 0n
      },
      timeoutMs,
    )
    if (leader === undefined) throw new Error('no leader')
    return leader
  }

  /** Waits until all of `seats` have the same HashKV at the same revision, and answers that. */
  async agreedHash(seats: readonly Seat[]): Promise<number> {
    let hash = 0
    let views: readonly string[] = []
    const look = async () => {
      const answers = await Promise.all(
        seats.map((seat) => this.of(seat).call(MaintenanceService.hashKv, HashKVRequest.create())),
      )
      hash = answers[0]?.hash ?? 0
      views = answers.map((answer) => `${answer.hash} at ${answer.header?.revision}`)
      return new Set(views).size === 1
    }
    await waitFor('equal hashes', look).catch((error: unknown) => {
      throw new Error(`the members differ: ${views.join('; ')}`, { cause: error })
    })
    return hash
  }

  [Symbol.dispose](): void {
    for (const client of this.#clients.values()) client.close()
  }
}
