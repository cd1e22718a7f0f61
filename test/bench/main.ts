import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { KvService } from '../../src/api/generated/services.js'
import { PutRequest } from '../../src/wire/index.js'
import { startEtcd, startMember } from '../support/member-process.js'
import { RawClient } from '../support/raw-client.js'
import { putMessage } from './messages.js'
import { type BenchRow, benchRows, type RunTime } from './rows.js'
import { type Column, renderTable } from './table.js'

const usage = `Usage: npm run bench -- [options]

  --rounds N    rounds over all servers; medians are printed (default 3)
  --seconds N   measured seconds of each row in each round (default 5)
  --warm-up N   seconds of load before each measurement (default 1)
  --rows TEXT   only rows whose name contains TEXT
  --memory      a column for the memory engine too
`

interface Contender {
  readonly name: string
  start(directory: string): Promise<{ endpoint: string; stop(): Promise<void> }>
}

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '5' },
    'warm-up': { type: 'string', default: '1' },
    rows: { type: 'string', default: '' },
    memory: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) process.stdout.write(usage)
else await bench()

async function bench(): Promise<void> {
  const time = { warmUpSeconds: Number(values['warm-up']), measureSeconds: Number(values.seconds) }
  const rounds = Number(values.rounds)
  const contenders = chooseContenders()
  const columns: Column[] = contenders.map(({ name }) => ({ name, figures: new Map() }))
  const rows = benchRows.filter(({ name }) => name.includes(values.rows))
  printConditions(time, rounds)
  for (let round = 1; round <= rounds; round++) {
    for (const [index, contender] of contenders.entries()) {
      const column = columns[index] as Column
      await measureStart(contender, column)
      for (const row of rows) await measureRow(contender, column, row, time)
    }
    process.stderr.write(`round ${round} of ${rounds} done\n`)
  }
  const startRow: BenchRow = {
    name: 'start to ready, empty (less is better)',
    unit: 'ms',
    measure: () => Promise.resolve(0),
  }
  process.stdout.write(renderTable([startRow, ...rows], columns))
}

/** Each row starts from an empty server, so that no row pays for another's data. */
async function measureRow(
  contender: Contender,
  column: Column,
  row: BenchRow,
  time: RunTime,
): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'metastore-bench-'))
  const server = await contender.start(directory)
  try {
    const port = Number(server.endpoint.split(':').at(-1))
    const client = new RawClient(server.endpoint)
    const answer = await client.unary(KvService.put, PutRequest.decode(putMessage(0)))
    client.close()
    if ('failure' in answer) throw new Error(`${contender.name}: ${answer.failure.message}`)
    const figure = await row.measure(port, time)
    note(column, row.name, figure)
    process.stderr.write(`${contender.name}: ${row.name}: ${Math.round(figure)} ${row.unit}\n`)
  } finally {
    await server.stop()
    await rm(directory, { recursive: true })
  }
}

async function measureStart(contender: Contender, column: Column): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'metastore-bench-'))
  const started = performance.now()
  const server = await contender.start(directory)
  note(column, 'start to ready, empty (less is better)', performance.now() - started)
  await server.stop()
  await rm(directory, { recursive: true })
}

function note(column: Column, row: string, figure: number): void {
  column.figures.set(row, [...(column.figures.get(row) ?? []), figure])
}

function chooseContenders(): Contender[] {
  const contenders = [member('level')]
  if (values.memory) contenders.push(member('memory'))
  if (etcdVersion() !== undefined) contenders.push(rival())
  return contenders
}

function member(engine: 'level' | 'memory'): Contender {
  return {
    name: `metastore (${engine})`,
    async start(directory) {
      const server = await startMember({ engine, dataDirectory: join(directory, 'data') })
      return { endpoint: server.endpoint, stop: async () => server[Symbol.asyncDispose]() }
    },
  }
}

function rival(): Contender {
  return {
    name: 'etcd',
    async start(directory) {
      const server = await startEtcd({ dataDirectory: join(directory, 'data') })
      return { endpoint: server.endpoint, stop: async () => server[Symbol.asyncDispose]() }
    },
  }
}

function printConditions(time: RunTime, rounds: number): void {
  const cores = cpus()
  process.stdout.write(
    [
      `Machine: ${cores.length} cores (${cores[0]?.model ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB; Node ${process.version}.`,
      `Rival: ${etcdVersion() ?? 'no etcd on the PATH'}.`,
      `Each figure: median of ${rounds} rounds of ${time.measureSeconds} s after ${time.warmUpSeconds} s of warm-up, servers in turn, every row on an empty server.`,
      '',
      '',
    ].join('\n'),
  )
}

function etcdVersion(): string | undefined {
  try {
    return execFileSync('etcd', ['--version'], { encoding: 'utf8' }).split('\n')[0]
  } catch {
    return undefined
  }
}
