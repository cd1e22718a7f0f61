import { expect, test } from 'vitest'
import { MemberRun } from './member-run.js'

const seeds = 100

for (const durability of ['own', 'snapshots'] as const) {
  test(`a member with ${durability} keeps what it acknowledged over ${seeds} seeds of crashes`, async () => {
    let acknowledged = 0
    let fatal = 0
    for (let seed = 1; seed <= seeds; seed++) {
      const run = new MemberRun(seed, durability)
      await run.run()
      acknowledged += run.acknowledged.length
      fatal += run.fatal.length
    }
    expect(acknowledged).toBeGreaterThan(seeds * 20)
    expect(fatal).toBeGreaterThan(0)
  })
}

test('the same seed gives the same run', async () => {
  const first = new MemberRun(11, 'snapshots')
  const second = new MemberRun(11, 'snapshots')
  await first.run()
  await second.run()
  expect(second.disk.trace).toEqual(first.disk.trace)
  expect(second.acknowledged).toEqual(first.acknowledged)
})
