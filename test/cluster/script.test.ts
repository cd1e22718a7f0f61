import { access } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { ClusterClients } from '../support/cluster-clients.js'
import type { Seat } from '../support/cluster-processes.js'
import { testHost } from '../support/hosts.js'
import { StartedProcess } from '../support/started-process.js'

const script = fileURLToPath(new URL('../../scripts/cluster.ts', import.meta.url))

/** What the script says of the cluster it started. */
interface Described {
  readonly folder: string
  readonly endpoints: readonly string[]
}

test('one command starts three members, and one signal ends them and deletes their data', {
  timeout: 60_000,
}, async () => {
  await using started = await startScript('--engine', 'memory')
  const { folder, endpoints } = describe(started.output)
  expect(endpoints).toHaveLength(3)
  await access(folder)
  const seats = endpoints.map(seatAt)
  using clients = new ClusterClients(seats)
  await clients.agreedLeader(seats)
  const [first, , third] = seats
  if (first === undefined || third === undefined) throw new Error('no member')
  expect(await clients.put(first, 'key', 'value')).toHaveProperty('response')
  expect(await clients.read(third, 'key')).toBe('value')

  expect(await started.stop('SIGINT')).toEqual({ code: 0, signal: null })
  await expect(access(folder)).rejects.toMatchObject({ code: 'ENOENT' })
  for (const seat of seats) expect(await clients.read(seat, 'key', {}, 500)).not.toBe('value')
})

test('when one member ends, all do, and it says which', { timeout: 60_000 }, async () => {
  await using started = await startScript()
  const { folder } = describe(started.output)
  const pid = Number(/b \| process (\d+)/.exec(started.output)?.[1])
  process.kill(pid, 'SIGKILL')
  expect(await started.ended).toEqual({ code: 1, signal: null })
  expect(started.output).toContain('b ended: SIGKILL')
  await expect(access(folder)).rejects.toMatchObject({ code: 'ENOENT' })
})

function startScript(...flags: readonly string[]): Promise<StartedProcess> {
  return StartedProcess.start({
    command: process.execPath,
    args: ['--import', 'tsx', script, '--', '--grpc-server', testHost, ...flags],
    readyText: 'Ctrl-C ends it',
  })
}

function describe(output: string): Described {
  return {
    folder: /its data is in (\S+)/.exec(output)?.[1] ?? '',
    endpoints: /--endpoints=(\S+)/.exec(output)?.[1]?.split(',') ?? [],
  }
}

function seatAt(endpoint: string): Seat {
  return { name: endpoint, endpoint, peerUrl: '', dataDirectory: '' }
}
