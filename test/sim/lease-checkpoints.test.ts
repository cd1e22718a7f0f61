import { expect, test } from 'vitest'
import { seededRandom } from '../../src/base/random.js'
import { MemoryEngine } from '../../src/engine/index.js'
import type { Store } from '../../src/store/index.js'
import { SimulatedClock } from './simulated-clock.js'
import { SimulatedDisk } from './simulated-disk.js'
import { openSimulatedMember } from './simulated-member.js'

const minuteMs = 60_000
const hour = 3600
/** What a restart adds, in seconds. */
const electionTimeout = 1

/** A member whose process ends and begins again on one disk. */
class Member {
  readonly clock = new SimulatedClock()
  private readonly disk = new SimulatedDisk(this.clock, seededRandom(1))
  private current: Store | undefined

  constructor(private readonly leaseCheckpoints: boolean) {}

  async start(leaseCheckpoints = this.leaseCheckpoints): Promise<void> {
    const { clock, disk } = this
    this.current = await openSimulatedMember(
      clock,
      {
        engine: new MemoryEngine(() => new Promise((resolve) => clock.defer(resolve))),
        electionTimeoutMs: electionTimeout * 1000,
        progressIntervalMs: 10 * hour * 1000,
        leaseCheckpoints,
        onTrouble: (_what, error) => {
          throw error
        },
      },
      {
        storage: { fileSystem: disk, directory: '/data/member' },
        tickMs: 10_000,
        requestTimeoutMs: 100_000,
      },
    )
    await this.call((store) => store.range({ key: Buffer.from('ready') }))
  }

  call<Response>(make: (store: Store) => Promise<Response>): Promise<Response> {
    if (this.current === undefined) throw new Error('the member does not run')
    return this.clock.complete(make(this.current), 10 * minuteMs)
  }

  async crash(leaseCheckpoints?: boolean): Promise<void> {
    this.disk.losePower()
    this.clock.dropAll()
    await this.start(leaseCheckpoints)
  }

  async secondsLeft(id: bigint): Promise<number> {
    return (await this.call((store) => store.leaseTimeToLive({ id }))).ttl
  }
}

async function started(leaseCheckpoints: boolean): Promise<Member> {
  const member = new Member(leaseCheckpoints)
  await member.start()
  for (const id of [1n, 2n]) await member.call((store) => store.leaseGrant({ id, ttl: hour }))
  return member
}

test('with checkpoints, a restart gives a lease what was left of it', async () => {
  const member = await started(true)
  await member.clock.advance(32 * minuteMs)
  const before = await member.secondsLeft(1n)
  await member.crash()
  const after = await member.secondsLeft(1n)
  expect(before).toBeLessThanOrEqual(28 * 60)
  expect(after - before).toBeGreaterThan(0)
  expect(after - before).toBeLessThanOrEqual(5 * 60 + electionTimeout)
})

test('a renewal gives it all its time again, also after a restart', async () => {
  const member = await started(true)
  await member.clock.advance(32 * minuteMs)
  expect((await member.call((store) => store.leaseKeepAlive({ id: 1n }))).ttl).toBe(hour)
  await member.crash()
  expect(await member.secondsLeft(1n)).toBeGreaterThan(hour - 60)
  expect(await member.secondsLeft(2n)).toBeLessThan(31 * 60)
})

test('three restarts in a row neither lose nor add time', async () => {
  const member = await started(true)
  await member.clock.advance(32 * minuteMs)
  await member.crash()
  const first = await member.secondsLeft(1n)
  for (let turn = 0; turn < 2; turn++) await member.crash()
  expect(Math.abs((await member.secondsLeft(1n)) - first)).toBeLessThanOrEqual(electionTimeout)
})

test('without checkpoints a restart gives all time, also when some were noted before', async () => {
  const member = await started(false)
  await member.clock.advance(32 * minuteMs)
  await member.crash()
  expect(await member.secondsLeft(1n)).toBeGreaterThan(hour - 60)
  await member.crash(true)
  await member.clock.advance(32 * minuteMs)
  await member.crash(false)
  expect(await member.secondsLeft(1n)).toBeGreaterThan(hour - 60)
})

test('a renewal without checkpoints takes back what was noted before', async () => {
  const member = await started(true)
  await member.clock.advance(32 * minuteMs)
  await member.crash(false)
  await member.call((store) => store.leaseKeepAlive({ id: 1n }))
  await member.crash(true)
  expect(await member.secondsLeft(1n)).toBeGreaterThan(hour - 60)
  expect(await member.secondsLeft(2n)).toBeLessThan(31 * 60)
})
