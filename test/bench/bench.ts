import { KvService } from '../../src/api/generated/services.js'
import { PutRequest } from '../../src/wire/index.js'
import { RawClient } from '../support/raw-client.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { CalmMoments } from './calm-moments.js'
import type { Contender } from './contenders.js'
import { LoadGenerator } from './load/generator.js'
import { putMessage } from './load/messages.js'
import type { BenchRow, Outcome, RunTime, Step } from './measurement.js'
import { callSteps, type EmptyServer } from './rows/call-rows.js'
import { clusterSteps } from './rows/cluster-rows.js'
import { dataSteps, halfwaySteps } from './rows/data-rows.js'
import { DataSet } from './rows/data-set.js'
import { ThreeMembers } from './rows/three-members.js'
import { outcomeText, renderTable } from './table.js'
import { wantProcessors } from './want-processors.js'

export interface BenchOptions {
  /** The last is what the others are compared with. */
  readonly contenders: readonly Contender[]
  readonly time: RunTime
  readonly rounds: number
  /** Size of the data set; 0: none. */
  readonly keys: number
  /** Only rows that contain this text, counting the section's name and a colon as part of the row's. */
  readonly rows: string
  /** How many puts a member missed that comes back to the other two. */
  readonly missedPuts: number
  /** How often the leader of three members is killed, in each round. */
  readonly leaderKills: number
  /** Over how many processes the load is spread. */
  readonly processes: number
  /** What waiting for calm moments, and measuring rows again for want of one, may take in all. */
  readonly patienceMs: number
  /** What a person wants to see while it runs. */
  readonly tell: (line: string) => void
}

export interface BenchReport {
  readonly markdown: string
  /** Why rows have no figure that should have one. */
  readonly failures: readonly string[]
}

const startRow: BenchRow = { name: 'start to ready, empty', unit: 'ms' }
const callSection = 'empty server'
const clusterSection = 'three members'

/**
 * Drives every server in turn, round after round: row by row where each row has servers of its own, so that
 * what a noisy machine does meanwhile meets all. A row that fails does not end the run.
 * @throws Error when no row is chosen
 */
export async function runBench(options: BenchOptions): Promise<BenchReport> {
  const bench = new Bench(options)
  if (bench.report().markdown === '') throw new Error(`no row contains "${options.rows}"`)
  for (let round = 1; round <= options.rounds; round++) {
    await bench.calls()
    await bench.data()
    await bench.cluster()
    options.tell(`round ${round} of ${options.rounds} done`)
  }
  return bench.report()
}

class Bench {
  readonly #options: BenchOptions
  readonly #outcomes = new Map<string, Map<string, Outcome[]>>()
  readonly #generator: LoadGenerator
  readonly #calmMoments: CalmMoments
  readonly #failures: string[] = []

  constructor(options: BenchOptions) {
    this.#options = options
    this.#calmMoments = new CalmMoments(options.patienceMs, { wantProcessors, tell: options.tell })
    this.#generator = new LoadGenerator(options.processes, options.tell)
    for (const { name } of options.contenders) this.#outcomes.set(name, new Map())
  }

  /** Each row starts from an empty server, so that no row pays for another's data. */
  async calls(): Promise<void> {
    if (this.#chosen(callSection, startRow)) {
      await this.#inTurn([startRow], (contender) => startOnce(contender))
    }
    for (const step of this.#select(callSection, callSteps)) {
      await this.#inTurn(step.rows, (contender) => this.#onEmptyServer(contender, step))
    }
  }

  /** All rows of one server on the same data, then those of the next. */
  async data(): Promise<void> {
    for (const contender of this.#options.contenders) await this.#dataOf(contender)
  }

  /** Each row starts from three new members. */
  async cluster(): Promise<void> {
    for (const step of this.#select(clusterSection, clusterSteps(this.#options))) {
      await this.#inTurn(step.rows, (contender) => this.#onThreeMembers(contender, step))
    }
  }

  report(): BenchReport {
    const { keys, contenders } = this.#options
    const sections = [
      { section: callSection, rows: [startRow, ...rowsOf(callSteps)] },
      {
        section: this.#dataSection,
        rows: keys === 0 ? [] : rowsOf([...halfwaySteps(keys), ...dataSteps(keys)]),
      },
      { section: clusterSection, rows: rowsOf(clusterSteps(this.#options)) },
    ]
    const columns = contenders.map(({ name }) => ({
      name,
      outcomes: this.#outcomes.get(name) ?? new Map(),
    }))
    const tables = sections.flatMap(({ section, rows }) => {
      const chosen = rows.filter((row) => this.#chosen(section, row))
      return chosen.length === 0 ? [] : [`### ${section}\n\n${renderTable(chosen, columns)}`]
    })
    return { markdown: tables.join('\n'), failures: this.#failures }
  }

  get #dataSection(): string {
    return `data set of ${this.#options.keys.toLocaleString('en-US')} keys`
  }

  #chosen(section: string, row: BenchRow): boolean {
    return `${section}: ${row.name}`.includes(this.#options.rows)
  }

  #select<Subject>(section: string, steps: readonly Step<Subject>[]): Step<Subject>[] {
    return steps.filter(({ rows }) => rows.some((row) => this.#chosen(section, row)))
  }

  async #inTurn(
    rows: readonly BenchRow[],
    measure: (contender: Contender) => Promise<readonly Outcome[]>,
  ): Promise<void> {
    for (const contender of this.#options.contenders) {
      await this.#attempt(contender, rows, () => measure(contender))
    }
  }

  async #dataOf(contender: Contender): Promise<void> {
    const { keys } = this.#options
    const halfway = this.#select(this.#dataSection, halfwaySteps(keys))
    const whole = this.#select(this.#dataSection, dataSteps(keys))
    if (keys === 0 || halfway.length + whole.length === 0) return
    await this.#noteFailure(contender, [], async () => {
      await using folder = await temporaryFolder('bench')
      const data = await DataSet.open(contender, folder.path, this.#generator)
      try {
        if (halfway.length > 0) await data.load(Math.floor(keys / 2))
        await this.#measureAll(contender, halfway, data)
        await data.load(keys)
        this.#options.tell(`${contender.name}: ${keys} keys loaded`)
        await this.#measureAll(contender, whole, data)
      } finally {
        await data.close()
      }
    })
  }

  async #onThreeMembers(
    contender: Contender,
    step: Step<ThreeMembers>,
  ): Promise<readonly Outcome[]> {
    await using folder = await temporaryFolder('bench')
    await using members = await ThreeMembers.start(contender, folder.path, this.#generator)
    return await step.measure(members, this.#options.time)
  }

  async #onEmptyServer(contender: Contender, step: Step<EmptyServer>): Promise<readonly Outcome[]> {
    await using folder = await temporaryFolder('bench')
    const server = await contender.start(folder.path)
    try {
      await putOnce(server.endpoint)
      const subject = { port: server.port, generator: this.#generator }
      return await step.measure(subject, this.#options.time)
    } finally {
      await server.stop()
    }
  }

  async #measureAll(
    contender: Contender,
    steps: readonly Step<DataSet>[],
    data: DataSet,
  ): Promise<void> {
    for (const step of steps) {
      await this.#attempt(contender, step.rows, () => step.measure(data, this.#options.time))
    }
  }

  /** Notes what `measure` answers for each row, or for each that it failed. */
  #attempt(
    contender: Contender,
    rows: readonly BenchRow[],
    measure: () => Promise<readonly Outcome[]>,
  ): Promise<void> {
    return this.#noteFailure(contender, rows, async () => {
      const { result, stolenPart } = await this.#calmMoments.measure(measure)
      for (const [index, row] of rows.entries()) {
        const outcome = result[index] ?? { omitted: 'not measured' }
        this.#note(contender, row, 'omitted' in outcome ? outcome : { ...outcome, stolenPart })
      }
    })
  }

  async #noteFailure(
    contender: Contender,
    rows: readonly BenchRow[],
    work: () => Promise<void>,
  ): Promise<void> {
    try {
      await work()
    } catch (error) {
      const failure = `failed: ${error instanceof Error ? error.message : String(error)}`
      const [omitted = failure] = failure.split('\n', 1)
      this.#failures.push(`${contender.name}: ${failure}`)
      this.#options.tell(`${contender.name}: ${failure}`)
      for (const row of rows) this.#note(contender, row, { omitted })
    }
  }

  #note(contender: Contender, row: BenchRow, outcome: Outcome): void {
    const all = this.#outcomes.get(contender.name)
    all?.set(row.name, [...(all.get(row.name) ?? []), outcome])
    this.#options.tell(`${contender.name}: ${row.name}: ${outcomeText(outcome, row.unit)}`)
  }
}

function rowsOf(steps: readonly { readonly rows: readonly BenchRow[] }[]): BenchRow[] {
  return steps.flatMap(({ rows }) => rows)
}

async function startOnce(contender: Contender): Promise<readonly Outcome[]> {
  await using folder = await temporaryFolder('bench')
  const started = performance.now()
  const server = await contender.start(folder.path)
  const figure = performance.now() - started
  await server.stop()
  return [{ figure }]
}

async function putOnce(endpoint: string): Promise<void> {
  const client = new RawClient(endpoint)
  try {
    await client.call(KvService.put, PutRequest.decode(putMessage(0)))
  } finally {
    client.close()
  }
}
