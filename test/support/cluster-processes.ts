import { freePorts } from './free-ports.js'
import {
  type EngineName,
  type MemberOptions,
  type ServerProcess,
  startEtcd,
  startMember,
} from './member-process.js'

const names = ['m1', 'm2', 'm3'] as const

export interface ClusterOptions {
  readonly engine: EngineName
  /** Each member keeps its data in a folder of its own in here. */
  readonly folder: string
  /** Default: three of {@link takeSeats}. */
  readonly seats?: readonly Seat[]
  /** Further flags for every member. */
  readonly flags?: readonly string[]
  readonly readyTimeoutMs?: number
}

/** Where a member of a cluster is, whether or not it runs. */
export interface Seat {
  readonly name: string
  readonly endpoint: string
  readonly peerUrl: string
  readonly dataDirectory: string
}

/** A cluster of real processes on the loopback interface. */
export class ClusterProcesses implements StartedCluster {
  readonly seats: readonly Seat[]
  readonly #options: ClusterOptions
  readonly #running = new Map<Seat, ServerProcess>()

  private constructor(options: ClusterOptions, seats: readonly Seat[]) {
    this.#options = options
    this.seats = seats
  }

  /** Starts all members at once; resolves when all serve. */
  static async start(options: ClusterOptions): Promise<ClusterProcesses> {
    const cluster = new ClusterProcesses(
      options,
      options.seats ?? (await takeSeats(options.folder)),
    )
    const starts = await Promise.allSettled(cluster.seats.map((seat) => cluster.start(seat)))
    const failure = starts.find((start) => start.status === 'rejected')
    if (failure === undefined) return cluster
    await cluster[Symbol.asyncDispose]()
    throw failure.reason
  }

  /** The value of `--initial-cluster`. */
  get initialCluster(): string {
    return initialClusterOf(this.seats)
  }

  get endpoints(): readonly string[] {
    return this.seats.map(({ endpoint }) => endpoint)
  }

  /** The seats whose members were started and not ended by this object. */
  get running(): readonly Seat[] {
    return [...this.#running.keys()]
  }

  /** Starts one member, for the first time or again; resolves when it serves. */
  async start(seat: Seat, change: Partial<MemberOptions> = {}): Promise<ServerProcess> {
    const { engine, flags = [], readyTimeoutMs } = this.#options
    const port = Number(seat.endpoint.split(':')[1])
    const member = await startMember({
      ...{ engine, port, name: seat.name, dataDirectory: seat.dataDirectory },
      flags: [...clusterFlags(seat, this.seats), ...flags],
      ...(readyTimeoutMs === undefined ? {} : { readyTimeoutMs }),
      ...change,
    })
    this.#running.set(seat, member)
    return member
  }

  member(seat: Seat): ServerProcess {
    const member = this.#running.get(seat)
    if (member === undefined) throw new Error(`${seat.name} does not run`)
    return member
  }

  /** kill -9. */
  async kill(seat: Seat): Promise<void> {
    await this.member(seat).process.kill()
    this.#running.delete(seat)
  }

  /** SIGTERM; answers the exit code. */
  async stop(seat: Seat): Promise<number | null> {
    const { code } = await this.member(seat).process.stop()
    this.#running.delete(seat)
    return code
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#running.values()].map((member) => member[Symbol.asyncDispose]()))
    this.#running.clear()
  }
}

/** A cluster of either kind. */
export interface StartedCluster extends AsyncDisposable {
  readonly endpoints: readonly string[]
}

/** The same of a real etcd; the program `etcd` must be installed. */
export async function startEtcdCluster(seats: readonly Seat[]): Promise<StartedCluster> {
  const initialCluster = initialClusterOf(seats)
  const starts = await Promise.allSettled(
    seats.map((seat) => startEtcd({ dataDirectory: seat.dataDirectory, seat, initialCluster })),
  )
  const members = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []))
  const dispose = async () => {
    await Promise.all(members.map((member) => member[Symbol.asyncDispose]()))
  }
  const failure = starts.find((start) => start.status === 'rejected')
  if (failure !== undefined) {
    await dispose()
    throw failure.reason
  }
  return { endpoints: seats.map(({ endpoint }) => endpoint), [Symbol.asyncDispose]: dispose }
}

/** Places for three members on free ports, with their data in `folder`. */
export async function takeSeats(folder: string): Promise<readonly Seat[]> {
  const ports = await freePorts(2 * names.length)
  return names.map((name, index) => ({
    name,
    endpoint: `127.0.0.1:${ports[index]}`,
    peerUrl: `http://127.0.0.1:${ports[names.length + index]}`,
    dataDirectory: `${folder}/${name}`,
  }))
}

/** What a member is told of its place among `seats`, in the flags that etcd has too. */
export function clusterFlags(seat: Seat, seats: readonly Seat[]): readonly string[] {
  return [
    ...['--listen-peer-urls', seat.peerUrl, '--initial-advertise-peer-urls', seat.peerUrl],
    ...['--initial-cluster', initialClusterOf(seats)],
  ]
}

/** The value of `--initial-cluster`. */
export function initialClusterOf(seats: readonly Seat[]): string {
  return seats.map(({ name, peerUrl }) => `${name}=${peerUrl}`).join(',')
}
