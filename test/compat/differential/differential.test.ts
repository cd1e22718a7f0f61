import { afterAll, describe, test } from 'vitest'
import { type Arena, openArena } from './arena.js'
import { Lockstep } from './lockstep.js'
import { readSettings } from './settings.js'

const { seeds, operations, engines } = readSettings(process.env)
const timeoutMs = 30_000 + operations * 200

describe(`R1: ${operations} random operations, on ${engines.join(' and ')} as on a real etcd`, () => {
  let next: Promise<Arena> | undefined

  afterAll(async () => (await next)?.close())

  test.each(seeds)('seed %i', { timeout: timeoutMs }, async (seed) => {
    const arena = await (next ?? openArena(engines))
    next = seed === seeds.at(-1) ? undefined : openArena(engines)
    try {
      await new Lockstep({ ...arena, seed }).run(operations)
    } finally {
      await arena.close()
    }
  })
})
