import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WatchCreateRequest } from '../../../src/wire/index.js'
import { type Arena, openArena } from './arena.js'
import { comparable } from './comparable.js'
import { cornerCases } from './corner-cases.js'
import { negativeStart } from './known-differences.js'
import { Lockstep } from './lockstep.js'
import { readSettings } from './settings.js'

const { engines } = readSettings(process.env)
const sparePrivateStream = 9

describe(`R1: rare requests, on ${engines.join(' and ')} as on a real etcd`, () => {
  let arena: Arena
  let lockstep: Lockstep

  beforeAll(async () => {
    arena = await openArena(engines)
    lockstep = new Lockstep({ ...arena, seed: undefined })
  })

  afterAll(() => arena?.close())

  test.each(cornerCases)('$name', async ({ operations }) => {
    for (const operation of operations) await lockstep.perform(operation)
  })

  test.each([-1, -5])('a watch from revision %i is refused, as 3.7 does', async (startRevision) => {
    const key = Buffer.from('k')
    for (const side of arena.sameVersion ? [] : arena.subjects) {
      const stream = side.stream(sparePrivateStream)
      stream.create(WatchCreateRequest.create({ key, startRevision }))
      expect(comparable(await stream.takeControl()), side.name).toMatchObject(negativeStart.answer)
    }
  })
})
