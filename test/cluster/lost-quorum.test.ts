import { expect, test } from 'vitest'
import { ClusterClients } from '../support/cluster-clients.js'
import { ClusterProcesses } from '../support/cluster-processes.js'
import { temporaryFolder } from '../support/temporary-folder.js'

/** What etcd waits for a request: 5 s and two election timeouts. */
const requestTimeoutMs = 7000
/** What a busy machine may take beside that. */
const slackMs = 2000

/** What etcd answers; the last where the leader died between taking the request and passing it on. */
const unavailable =
  /^UNAVAILABLE: etcdserver: (no leader|request timed out(, possibly due to previous leader failure)?)$/

test('R7: without a quorum writes fail in time, and what needs none goes on', {
  timeout: 90_000,
}, async () => {
  await using folder = await temporaryFolder('quorum')
  await using cluster = await ClusterProcesses.start({ engine: 'level', folder: folder.path })
  using clients = new ClusterClients(cluster.seats)
  const leader = await clients.agreedLeader(cluster.seats)
  expect(await clients.put(leader, 'key', 'before')).toHaveProperty('response')
  const [survivor, ...others] = cluster.seats.filter((seat) => seat !== leader)
  if (survivor === undefined) throw new Error('no follower')
  expect(await clients.read(survivor, 'key')).toBe('before')
  for (const seat of [leader, ...others]) await cluster.kill(seat)

  let waiting = true
  const calls = Promise.all([
    timed(async () => {
      const answer = await clients.put(survivor, 'unsure', 'without a quorum')
      return 'failure' in answer ? `${answer.failure.code}: ${answer.failure.message}` : 'taken'
    }),
    timed(() => clients.read(survivor, 'key')),
  ]).finally(() => {
    waiting = false
  })
  const slowestMs = { read: 0, status: 0 }
  while (waiting) {
    const read = await timed(() => clients.read(survivor, 'key', { serializable: true }, slackMs))
    expect(read.answer).toBe('before')
    slowestMs.read = Math.max(slowestMs.read, read.tookMs)
    const status = await timed(async () => (await clients.leadership(survivor)).state)
    expect(status.answer).not.toBe('leader')
    slowestMs.status = Math.max(slowestMs.status, status.tookMs)
  }
  expect(slowestMs.read).toBeLessThan(slackMs)
  expect(slowestMs.status).toBeLessThan(slackMs)
  for (const { answer, tookMs } of await calls) {
    expect(answer).toMatch(unavailable)
    expect(tookMs).toBeLessThan(requestTimeoutMs + slackMs)
  }

  for (const seat of [leader, ...others]) await cluster.start(seat)
  expect(await clients.put(survivor, 'key', 'after')).toHaveProperty('response')
  expect(await clients.read(leader, 'key')).toBe('after')
})

test('a member that is alone of three serves after the time it was given to wait', {
  timeout: 60_000,
}, async () => {
  await using folder = await temporaryFolder('quorum')
  const flags = ['--wait-cluster-ready-timeout', '1s']
  await using cluster = await ClusterProcesses.start({
    ...{ engine: 'level', folder: folder.path, flags },
  })
  using clients = new ClusterClients(cluster.seats)
  const [alone] = cluster.seats
  if (alone === undefined) throw new Error('no member')
  expect(await clients.put(alone, 'key', 'value')).toHaveProperty('response')
  // Told to end, it leaves all it has applied on its disk; what was committed later only a leader could say.
  await cluster.stop(alone)
  for (const seat of cluster.running) await cluster.kill(seat)

  const { tookMs, answer } = await timed(() => cluster.start(alone))
  expect(tookMs).toBeGreaterThan(1000)
  expect(answer.process.output).toContain('timed out waiting for the cluster')
  expect(await clients.read(alone, 'key', { serializable: true })).toBe('value')
})

interface Timed<T> {
  readonly answer: T
  readonly tookMs: number
}

async function timed<T>(work: () => Promise<T>): Promise<Timed<T>> {
  const startedMs = performance.now()
  const answer = await work()
  return { answer, tookMs: performance.now() - startedMs }
}
