import { ClusterRun, type RunFigures, type RunOptions } from './cluster-run.js'
import { describe } from './member.js'

export interface SeedOptions extends RunOptions {
  /** Runs it again and compares. */
  readonly twice?: boolean
}

export interface SeedResult {
  readonly seed: number
  /** What was broken; undefined: nothing. */
  readonly failure: string | undefined
  /** Of all that happened. */
  readonly fingerprint: string
  readonly figures: RunFigures
  /** What kind of run it was. */
  readonly kind: string
  readonly lines: readonly string[]
}

/** Runs one seed; whatever goes wrong, also beside the run, is its failure. */
export async function runSeed(seed: number, options: SeedOptions = {}): Promise<SeedResult> {
  const result = await runOnce(seed, options)
  if (options.twice !== true || result.failure !== undefined) return result
  const again = await runOnce(seed, options)
  if (again.fingerprint === result.fingerprint) return result
  return { ...result, failure: 'the same seed gave another run' }
}

async function runOnce(seed: number, options: SeedOptions): Promise<SeedResult> {
  const run = new ClusterRun(seed, options)
  let failure: string | undefined
  const fail = (error: unknown) => {
    failure ??= describe(error)
  }
  const beside = (error: unknown) => fail(error)
  process.on('unhandledRejection', beside)
  try {
    await run.run()
  } catch (error) {
    fail(error)
  } finally {
    process.off('unhandledRejection', beside)
  }
  const { members, engines, faults } = run.swarm
  const kind = `${members.length} members (${engines.join(', ')}), ${faults.join(', ') || 'calm'}`
  const { fingerprint, lines } = run.trace
  return { seed, failure, fingerprint, figures: run.figures, kind, lines }
}
