import { expect, test } from 'vitest'
import { MetastoreError } from '../../src/base/errors.js'
import { scheduleOf } from '../../src/store/compaction/auto-compaction-schedule.js'
import { AutoCompactor } from '../../src/store/compaction/auto-compactor.js'
import { FakeClock } from '../watch/fake-clock.js'

const checkMs = 300_000

function compactorThat(compact: (revision: number) => Promise<void>) {
  const clock = new FakeClock()
  const failures: unknown[] = []
  const at = { revision: 100, compacted: 0 }
  const compactor = new AutoCompactor({
    clock,
    schedule: scheduleOf({ mode: 'revision', revisions: 10 }),
    revision: () => at.revision,
    compactedRevision: () => at.compacted,
    compact,
    onFailure: (error) => failures.push(error),
  })
  return { clock, compactor, failures, at }
}

test('R10: only a member that leads compacts', async () => {
  const asked: number[] = []
  const { clock, compactor } = compactorThat(async (revision) => void asked.push(revision))
  await clock.advance(3 * checkMs)
  expect(asked).toEqual([])
  compactor.promote()
  await clock.advance(checkMs)
  expect(asked).toEqual([90])
  compactor.demote()
  await clock.advance(3 * checkMs)
  expect(asked).toEqual([90])
  compactor.close()
})

test('a member that comes to lead late keeps a whole period all the same', async () => {
  const clock = new FakeClock()
  const asked: number[] = []
  const at = { revision: 1 }
  const compactor = new AutoCompactor({
    clock,
    schedule: scheduleOf({ mode: 'periodic', periodMs: 1000 }),
    revision: () => at.revision,
    compactedRevision: () => 0,
    compact: async (revision) => void asked.push(revision),
    onFailure: () => {},
  })
  for (; at.revision <= 30; at.revision++) await clock.advance(100)
  compactor.promote()
  await clock.advance(100)
  // Looks came at 0, 100, ... 3100 ms; the one at 2100 saw the revision of then.
  expect(asked).toEqual([21])
  compactor.close()
})

test('one that fails is told of and tried again; one that came too late is not', async () => {
  const answers = [new MetastoreError('too-many-requests'), new MetastoreError('compacted')]
  let asked = 0
  const { clock, compactor, failures } = compactorThat(async () => {
    asked++
    const answer = answers.shift()
    if (answer !== undefined) throw answer
  })
  compactor.promote()
  await clock.advance(checkMs)
  expect([asked, failures.length]).toEqual([1, 1])
  await clock.advance(checkMs)
  expect([asked, failures.length]).toEqual([2, 1])
  compactor.close()
})

test('there is one at a time, and none for what is compacted', async () => {
  let finish = () => {}
  let asked = 0
  const { clock, compactor, at } = compactorThat(() => {
    asked++
    return new Promise((resolve) => {
      finish = resolve
    })
  })
  compactor.promote()
  await clock.advance(3 * checkMs)
  expect(asked).toBe(1)
  finish()
  at.compacted = 90
  await clock.advance(3 * checkMs)
  expect(asked).toBe(1)
  at.revision = 101
  await clock.advance(checkMs)
  expect(asked).toBe(2)
  compactor.close()
  finish()
  await clock.advance(3 * checkMs)
  expect([asked, clock.timerCount]).toEqual([2, 0])
})
