import { constants, cpus, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { type BenchOptions, runBench } from './bench.js'
import { etcdVersion, member, memberColumn, programStart, rival } from './contenders.js'

const usage = `Usage: npm run bench -- [options]

  --rounds N          rounds over all servers; medians are printed (default 3)
  --seconds N         measured seconds of each row in each round (default 5)
  --warm-up N         seconds of load before each measurement (default 1)
  --keys N            keys of 256 bytes in the data set (default 1000000; 0: none)
  --rows TEXT         only rows that contain TEXT; "empty server", "data set" and "three members"
                      choose a section
  --missed N          puts that a member missed which comes back to the other two (default 100000)
  --kills N           how often the leader of three is killed in each round (default 3)
  --column L: FLAGS   a column L for our member started with FLAGS; may be repeated
                      (default "metastore (level): --engine level")
  --memory            a column for the memory engine too
  --no-etcd           no column for the etcd on the PATH
  --patience N        minutes that waiting for moments in which the host of a virtual machine takes
                      little of its processors, and measuring rows again, may take in all (default 0)
  --processes N       processes that drive the load of rows without h2load (default 2)

The table goes to the standard output, progress to the standard error. Data lives in the system's
folder for temporary files; a million keys take about 3 GB of it. It is removed at the end, also
on Ctrl-C. The exit code is 1 when a row failed.
`

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '5' },
    'warm-up': { type: 'string', default: '1' },
    keys: { type: 'string', default: '1000000' },
    rows: { type: 'string', default: '' },
    missed: { type: 'string', default: '100000' },
    kills: { type: 'string', default: '3' },
    column: { type: 'string', multiple: true, default: ['metastore (level): --engine level'] },
    memory: { type: 'boolean', default: false },
    etcd: { type: 'boolean', default: true },
    patience: { type: 'string', default: '0' },
    processes: { type: 'string', default: '2' },
    help: { type: 'boolean', default: false },
  },
  allowNegative: true,
})

if (values.help) process.stdout.write(usage)
else await bench()

async function bench(): Promise<void> {
  // Whoever exits takes the servers and their folders along; whom a signal kills does not.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => process.exit(128 + constants.signals[signal]))
  }
  const options: BenchOptions = {
    contenders: [
      ...values.column.map(memberColumn),
      ...(values.memory ? [member('metastore (memory)', ['--engine', 'memory'])] : []),
      ...(values.etcd && etcdVersion() !== undefined ? [rival()] : []),
    ],
    time: {
      warmUpSeconds: wholeNumber('warm-up', 0),
      measureSeconds: wholeNumber('seconds', 1),
    },
    rounds: wholeNumber('rounds', 1),
    keys: wholeNumber('keys', 0),
    rows: values.rows,
    missedPuts: wholeNumber('missed', 1),
    leaderKills: wholeNumber('kills', 1),
    processes: wholeNumber('processes', 1),
    patienceMs: wholeNumber('patience', 0) * 60_000,
    tell: (line) => process.stderr.write(`${line}\n`),
  }
  process.stdout.write(conditions(options))
  const { markdown, failures } = await runBench(options)
  process.stdout.write(markdown)
  if (failures.length > 0) process.exitCode = 1
}

function wholeNumber(
  option: 'rounds' | 'seconds' | 'warm-up' | 'keys' | 'missed' | 'kills' | 'patience' | 'processes',
  least: number,
): number {
  const number = Number(values[option])
  if (!Number.isSafeInteger(number) || number < least) {
    throw new Error(`--${option} takes a whole number from ${least}`)
  }
  return number
}

function startedWith(): string {
  const { nodeFlags, environment } = programStart()
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`)
  return [...nodeFlags, ...variables].join(' ')
}

function conditions({ time, rounds, contenders, processes }: BenchOptions): string {
  const cores = cpus()
  const [model = 'unknown'] = cores.map((core) => core.model)
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`
  return [
    `Machine: ${cores.length} cores (${model}), ${memory}; Node ${process.version}, started with ${startedWith()}.`,
    `Servers: ${contenders.map(({ name }) => name).join(', ')}; ${etcdVersion() ?? 'no etcd on the PATH'}.`,
    `Each figure: median of ${rounds} rounds of ${time.measureSeconds} s after ${time.warmUpSeconds} s of warm-up, servers in turn; spread in brackets; then the 50th / 99th percentile of latency, in ms. Ratios: of the figures; of the 99th percentiles.`,
    `Load: h2load for calls on one key that are always the same, else ${processes} processes of our own.`,
    '',
    '',
  ].join('\n')
}
