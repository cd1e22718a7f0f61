import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Etcd3 } from 'etcd3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runCommand } from '../../src/server/command.js'
import { freePort } from '../support/free-ports.js'
import { engineNames, startMember } from '../support/member-process.js'
import { StartedProcess } from '../support/started-process.js'
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.js'

const program = fileURLToPath(new URL('../../dist/main.js', import.meta.url))

let folder: TemporaryFolder
let dataDirectory: string

beforeEach(async () => {
  folder = await temporaryFolder('command')
  dataDirectory = join(folder.path, 'data')
})

afterEach(() => folder.remove())

function run(...words: string[]): Promise<{ code: number | null; output: string }> {
  return StartedProcess.run({
    command: process.execPath,
    args: [program, ...words],
    cwd: folder.path,
  }).then(({ code, output }) => ({ code, output }))
}

function fieldsOf(output: string, message: string): unknown {
  const lines = output.split('\n').filter((line) => line.startsWith('{'))
  return lines.map((line) => JSON.parse(line)).find((line) => line.msg === message)
}

describe('what ends at once', () => {
  test('--version', async () => {
    const { code, output } = await run('--version')
    expect(code).toBe(0)
    expect(output).toMatch(/^etcd Version: 3\.7\.1\nmetastore Version: [0-9.]+\nNode Version: /)
  })

  test('the program itself, by the interpreter of its first line', async () => {
    const { code, output } = await StartedProcess.run({ command: program, args: ['--version'] })
    expect({ code, output }).toEqual(await run('--version'))
  })

  test('--help', async () => {
    const { code, output } = await run('--help')
    expect(code).toBe(0)
    expect(output).toMatch(/^Usage: metastore \[flags\]\n/)
  })

  test('bad configuration: exit code 2, one line, nothing made', async () => {
    expect(await run('--engine', 'disk')).toEqual({
      code: 2,
      output: 'metastore: --engine: must be one of memory, level, not "disk"\n',
    })
    expect(await run('--cert-file', 'x')).toEqual({
      code: 2,
      output:
        "metastore: --cert-file: is a setting of etcd's that metastore does not support yet\n",
    })
    expect(await readdir(folder.path)).toEqual([])
  })

  test('a port in use: exit code 1, one line, nothing made', async () => {
    await using member = await startMember({ engine: 'memory', dataDirectory })
    const url = `http://${member.endpoint}`
    const other = join(folder.path, 'other')
    expect(await run('--listen-client-urls', url, '--data-dir', other)).toEqual({
      code: 1,
      output: `metastore: cannot listen on ${member.endpoint}: the address is already in use\n`,
    })
    expect(await readdir(folder.path)).toEqual(['data'])
  })

  test('a data directory that a process has open: exit code 1, one line', async () => {
    await using member = await startMember({ engine: 'level', dataDirectory })
    const url = 'http://127.0.0.1:0'
    expect(await run('--listen-client-urls', url, '--data-dir', dataDirectory)).toEqual({
      code: 1,
      output: `metastore: data directory ${dataDirectory}: is in use by another process\n`,
    })
    expect(member.process.running).toBe(true)
  })

  test('joining a cluster, which is not supported yet: exit code 1, one line, nothing made', async () => {
    const words = ['--listen-client-urls', 'http://127.0.0.1:0', '--data-dir', dataDirectory]
    expect(await run(...words, '--initial-cluster-state', 'existing')).toEqual({
      code: 1,
      output:
        'metastore: --initial-cluster-state: "existing" is for a member that has data; ' +
        'joining a cluster without any is not supported yet\n',
    })
    expect(await readdir(folder.path)).toEqual([])
    await using member = await startMember({ engine: 'level', dataDirectory })
    await member.process.stop()
    const flags = ['--initial-cluster-state', 'existing']
    await using again = await startMember({ engine: 'level', dataDirectory, flags })
    expect(again.process.running).toBe(true)
  })

  test('a foreign data directory: exit code 1, one line', async () => {
    await mkdir(dataDirectory)
    await writeFile(join(dataDirectory, 'letter.txt'), 'dear all')
    const words = ['--listen-client-urls', 'http://127.0.0.1:0', '--data-dir', dataDirectory]
    expect(await run(...words)).toEqual({
      code: 1,
      output:
        `metastore: data directory ${dataDirectory}: is not empty and holds no member.json, ` +
        "so it is not metastore's\n",
    })
    expect(await readdir(dataDirectory)).toEqual(['letter.txt'])
  })
})

describe.each(engineNames)('a member with engine %s', (engine) => {
  test('says when it is ready, and where', async () => {
    await using member = await startMember({ engine, dataDirectory, name: 'one' })
    const { output } = member.process
    expect(fieldsOf(output, 'starting member')).toMatchObject({ name: 'one', engine })
    expect(fieldsOf(output, 'ready to serve client requests')).toMatchObject({
      level: 'info',
      listenClientUrls: [`http://${member.endpoint}`],
      advertiseClientUrls: [`http://${member.endpoint}`],
      etcdVersion: '3.7.1',
    })
  })

  test.each(['SIGTERM', 'SIGINT'] as const)('R12: %s ends it within 1.5 s', async (signal) => {
    await using member = await startMember({ engine, dataDirectory })
    const client = new Etcd3({ hosts: member.endpoint })
    await client.put('a').value('b')
    const watcher = await client.watch().prefix('').create()
    watcher.on('error', () => {})
    const startedMs = performance.now()
    const { code } = await member.process.stop(signal)
    expect(performance.now() - startedMs).toBeLessThan(1500)
    expect(code).toBe(0)
    expect(fieldsOf(member.process.output, 'closed')).toBeDefined()
    await watcher.cancel().catch(() => {})
    client.close()
  })
})

test('a member whose disk fails says why and ends with exit code 1', async () => {
  await using member = await startMember({ engine: 'memory', dataDirectory })
  await rm(dataDirectory, { recursive: true })
  const client = new Etcd3({ hosts: member.endpoint })
  const value = Buffer.alloc(1_500_000)
  const writes = Array.from({ length: 100 }, () => client.put('big').value(value).exec())
  const outcomes = await Promise.allSettled(writes)
  expect(outcomes.some(({ status }) => status === 'rejected')).toBe(true)
  const { code } = await member.process.ended
  expect(code).toBe(1)
  expect(fieldsOf(member.process.output, 'cannot go on')).toMatchObject({ level: 'fatal' })
  client.close()
})

test('a second signal ends the process without waiting', async () => {
  const listeners = new Map<string | symbol, () => void>()
  const exits: unknown[] = []
  const port = await freePort()
  const on = (name: string | symbol, listener: () => void) => {
    listeners.set(name, listener)
    return process
  }
  const exit = (code?: unknown) => {
    exits.push(code)
    return undefined as never
  }
  const running = runCommand({
    argv: [
      'node',
      'metastore',
      '--log-level=fatal',
      `--listen-client-urls=http://127.0.0.1:${port}`,
    ],
    env: { ETCD_DATA_DIR: dataDirectory, ETCD_ENGINE: 'memory' },
    stdout: process.stdout,
    stderr: process.stderr,
    on: on as NodeJS.Process['on'],
    exit,
  })
  await expect.poll(() => listeners.size).toBe(2)
  listeners.get('SIGTERM')?.()
  expect(exits).toEqual([])
  listeners.get('SIGINT')?.()
  expect(exits).toEqual([130])
  expect(await running).toBe(0)
})
