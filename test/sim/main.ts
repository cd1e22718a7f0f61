import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { findPlant, plants } from './plants/find.js'
import { runSeeds } from './run/pool.js'
import { runSeed } from './run/run-seed.js'
import { Summary } from './run/summary.js'

const usage = `Usage: npm run sim -- [options]

Runs whole clusters of members over simulated time, network and disks, which suffer all kinds of faults and then
heal, and holds them against what they promise. One seed is one run; the same seed gives the same run.

  --seeds N     how many seeds (default 100)
  --seed S      the first one (default 1); without --seeds that one alone
  --members N   so many members instead of one, three or five, as the seed says
  --jobs N      processes at once (default 1)
  --twice       runs each seed twice and compares all that happened
  --trace       prints all that happened in a run
  --planted     puts one bug after another into the members, and tells after how many seeds each is found;
                at most --seeds N, 200 by default
  --plant TEXT  only bugs whose names contain TEXT

Failures go to the standard output, progress to the standard error. The exit code is 1 when a seed failed.
`

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    seed: { type: 'string' },
    members: { type: 'string' },
    jobs: { type: 'string', default: '1' },
    twice: { type: 'boolean', default: false },
    trace: { type: 'boolean', default: false },
    planted: { type: 'boolean', default: false },
    plant: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) process.stdout.write(usage)
else if (values.planted || values.plant !== undefined) await findPlants()
else await simulate()

async function simulate(): Promise<void> {
  const first = wholeNumber('seed', values.seed ?? '1')
  const count = wholeNumber('seeds', values.seeds ?? (values.seed === undefined ? '100' : '1'))
  const members = values.members === undefined ? undefined : wholeNumber('members', values.members)
  const options = { members, twice: values.twice, keepsLines: values.trace }
  const seeds = Array.from({ length: count }, (_, at) => first + at)
  const summary = new Summary(count, members)
  const worker = fileURLToPath(new URL('worker.ts', import.meta.url))
  if (values.trace) {
    for (const seed of seeds) {
      const result = await runSeed(seed, options)
      process.stdout.write(`${result.lines.join('\n')}\n`)
      summary.add(result)
    }
  } else {
    const jobs = wholeNumber('jobs', values.jobs)
    await runSeeds(seeds, options, jobs, worker, (result) => summary.add(result))
  }
  summary.print()
  process.exitCode = summary.failed > 0 ? 1 : 0
}

async function findPlants(): Promise<void> {
  const count = wholeNumber('seeds', values.seeds ?? '200')
  const seeds = Array.from({ length: count }, (_, at) => 1 + at)
  process.stdout.write('| planted | members | seeds | what was seen |\n| --- | --- | --- | --- |\n')
  for (const plant of plants.filter(({ name }) => name.includes(values.plant ?? ''))) {
    const { seed, failure } = await findPlant(plant, seeds)
    const { name, members } = plant
    const seen = failure.split('\n', 1)[0]?.slice(0, 160) ?? ''
    process.stdout.write(`| ${name} | ${members} | ${seed ?? 'not found'} | ${seen} |\n`)
    if (seed === undefined) process.exitCode = 1
  }
}

function wholeNumber(name: string, text: string): number {
  const number = Number(text)
  if (Number.isSafeInteger(number) && number >= 1) return number
  process.stderr.write(`--${name} takes a whole number from 1 on, not ${text}\n`)
  process.exit(2)
}
