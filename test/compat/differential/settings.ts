import { type EngineName, engineNames } from '../../support/member-process.js'

/** How much is compared; the defaults are the short form, 5,000 operations on each engine. */
export interface DifferentialSettings {
  readonly seeds: readonly number[]
  readonly operations: number
  readonly engines: readonly EngineName[]
}

/**
 * METASTORE_DIFFERENTIAL_SEEDS: how many seeds, from 1; METASTORE_DIFFERENTIAL_SEED: only this one;
 * METASTORE_DIFFERENTIAL_OPERATIONS: operations a seed; METASTORE_DIFFERENTIAL_ENGINE: only this one.
 */
export function readSettings(environment: NodeJS.ProcessEnv): DifferentialSettings {
  const read = (name: string) => environment[`METASTORE_DIFFERENTIAL_${name}`]
  const seed = read('SEED')
  const seedCount = Number(read('SEEDS') ?? 20)
  const engine = read('ENGINE')
  return {
    seeds:
      seed === undefined
        ? Array.from({ length: seedCount }, (_, index) => index + 1)
        : [Number(seed)],
    operations: Number(read('OPERATIONS') ?? 250),
    engines: engineNames.filter((name) => engine === undefined || name === engine),
  }
}
