import { type ChildProcess, fork } from 'node:child_process'
import { runSeed, type SeedOptions, type SeedResult } from './run-seed.js'

/** A run that takes longer than this has lost its way. */
const longestRunMs = 120_000

/** Runs seeds, several processes at once when asked to, and hands over each result as it comes. */
export async function runSeeds(
  seeds: readonly number[],
  options: SeedOptions,
  jobs: number,
  worker: string,
  onResult: (result: SeedResult) => void,
): Promise<void> {
  const waiting = [...seeds]
  if (jobs > 1) {
    await Promise.all(Array.from({ length: jobs }, () => work(waiting, options, worker, onResult)))
    return
  }
  for (const seed of waiting) onResult(await runSeed(seed, options))
}

async function work(
  waiting: number[],
  options: SeedOptions,
  worker: string,
  onResult: (result: SeedResult) => void,
): Promise<void> {
  let child: ChildProcess | undefined
  for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
    child ??= fork(worker, [])
    const result = await ask(child, seed, options)
    if (result === undefined) {
      child.kill('SIGKILL')
      child = undefined
      onResult(lost(seed))
    } else onResult(result)
  }
  child?.disconnect()
}

/** Undefined: the process has ended, or does not come to an end. */
function ask(child: ChildProcess, seed: number, options: SeedOptions) {
  return new Promise<SeedResult | undefined>((resolve) => {
    const settle = (result: SeedResult | undefined) => {
      clearTimeout(timer)
      child.off('message', take)
      child.off('exit', gone)
      resolve(result)
    }
    const take = (message: unknown) => settle(message as SeedResult)
    const gone = () => settle(undefined)
    const timer = setTimeout(gone, longestRunMs)
    child.on('message', take)
    child.on('exit', gone)
    child.send({ seed, options })
  })
}

function lost(seed: number): SeedResult {
  const figures = {
    operations: 0,
    answered: 0,
    revisions: 0,
    elections: 0,
    lives: 0,
    snapshots: 0,
    watchEvents: 0,
    leasesExpired: 0,
    simulatedMs: 0,
  }
  const failure = 'the run does not come to an end'
  return { seed, failure, fingerprint: '', figures, kind: '', lines: [] }
}
