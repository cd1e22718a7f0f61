import { runSeed, type SeedOptions } from './run/run-seed.js'

interface Order {
  readonly seed: number
  readonly options: SeedOptions
}

process.on('message', ({ seed, options }: Order) => {
  void runSeed(seed, options).then((result) => process.send?.(result))
})
