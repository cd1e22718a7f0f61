import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EngineName, type ServerProcess, startMember } from '../support/member-process.js'
import { StartedProcess } from '../support/started-process.js'
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.js'
import { waitFor } from '../support/wait-for.js'
import { runBench } from './bench.js'
import { member, memberColumn } from './contenders.js'
import { type Calls, messageAt } from './load/calls.js'
import { LoadGenerator } from './load/generator.js'
import { closedLoopOf, durationOf, fillOf, openLoopOf } from './load/jobs.js'
import type { Outcome } from './measurement.js'
import { renderTable } from './table.js'

const time = { warmUpSeconds: 0.1, measureSeconds: 0.2 }
const program = fileURLToPath(new URL('./main.ts', import.meta.url))
const longTestMs = 240_000

describe('the table', () => {
  test('compares medians, shows spread and latency, and says why a figure is missing', () => {
    const outcomes = (figures: number[], p99Ms: number) =>
      figures.map((figure) => ({ figure, latency: { p50Ms: 0.5, p99Ms, maxMs: 9 } }))
    const rows = [
      { name: 'put', unit: 'calls/s' },
      { name: 'start', unit: 'ms' },
      { name: 'hash', unit: 'ms' },
    ]
    const ours = new Map<string, Outcome[]>([
      ['put', outcomes([9_000, 30_000, 12_000], 30)],
      ['start', [{ figure: 100 }]],
      ['hash', [{ omitted: 'not there' }, { omitted: 'not there' }]],
    ])
    const theirs = new Map<string, Outcome[]>([
      ['put', outcomes([6_000], 15)],
      ['start', [{ figure: 200 }]],
      ['hash', [{ figure: 7 }]],
    ])
    const columns = [
      { name: 'ours', outcomes: ours },
      { name: 'theirs', outcomes: theirs },
    ]
    expect(renderTable(rows, columns).split('\n')).toEqual([
      '| row | ours | theirs | ours / theirs |',
      '| --- | ---: | ---: | ---: |',
      '| put (calls/s) | 12,000 (9,000 to 30,000); 0.50 / 30.0 ms | 6,000; 0.50 / 15.0 ms | 2.00; 2.00 |',
      '| start (ms) | 100 | 200 | 0.50 |',
      '| hash (ms) | - | 7.00 | - |',
      '',
      '- ours, hash: not there',
      '',
    ])
  })

  test('compares each of several with the last', () => {
    const rows = [{ name: 'put', unit: 'calls/s' }]
    const columns = [300, 200, 400, 100].map((figure, index) => ({
      name: ['level', 'grpc-js', 'memory', 'etcd'][index] ?? '',
      outcomes: new Map<string, Outcome[]>([['put', [{ figure }]]]),
    }))
    expect(renderTable(rows, columns).split('\n').slice(0, 3)).toEqual([
      '| row | level | grpc-js | memory | etcd | level / etcd | grpc-js / etcd | memory / etcd |',
      '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
      '| put (calls/s) | 300 | 200 | 400 | 100 | 3.00 | 2.00 | 4.00 |',
    ])
  })
})

describe('calls', () => {
  test('scattered puts visit every key once before any comes again', () => {
    const calls: Calls = { kind: 'scattered puts', keys: 1_000 }
    const messages = Array.from({ length: 1_000 }, (_unused, index) =>
      messageAt(calls, index).toString('latin1'),
    )
    expect(new Set(messages).size).toBe(1_000)
    expect(messageAt(calls, 1_000).toString('latin1')).toBe(messages[0])
  })

  test('a column is a label and flags', () => {
    expect(memberColumn('metastore (memory): --engine memory').name).toBe('metastore (memory)')
    expect(() => memberColumn('--engine memory')).toThrow('LABEL: FLAGS')
  })
})

describe('the load generator', () => {
  const warnings: string[] = []
  const generator = new LoadGenerator(2, (text) => warnings.push(text))
  let folder: TemporaryFolder
  let server: ServerProcess

  beforeAll(async () => {
    folder = await temporaryFolder('bench-test')
    server = await startMember({ engine: 'memory', dataDirectory: `${folder.path}/data` })
  })

  afterAll(async () => {
    await server[Symbol.asyncDispose]()
    await folder.remove()
  })

  const port = () => Number(server.endpoint.split(':').at(-1))

  test('spreads a closed loop over processes', async () => {
    const shape = { connections: 3, streams: 2 }
    const calls: Calls = { kind: 'ascending puts', first: 0 }
    const { figure, latency } = await generator.measure(port(), closedLoopOf(calls, shape, time))
    expect(figure).toBeGreaterThan(0)
    expect(latency?.p50Ms).toBeGreaterThan(0)
    expect(latency?.p99Ms).toBeGreaterThanOrEqual(latency?.p50Ms ?? Number.NaN)
  })

  test('a steady load goes on while the server stalls, so that every call tells of it', async () => {
    const calls: Calls = { kind: 'scattered puts', keys: 100 }
    const stallMs = 400
    const { load } = await generator.beside(
      port(),
      openLoopOf(calls, 500, durationOf(time)),
      async () => {
        process.kill(server.process.pid, 'SIGSTOP')
        await StartedProcess.run({
          command: process.execPath,
          args: ['-e', `setTimeout(() => {}, ${stallMs})`],
        })
        process.kill(server.process.pid, 'SIGCONT')
      },
    )
    expect(load.latency?.maxMs).toBeGreaterThan(stallMs * 0.9)
    expect(load.latency?.p50Ms).toBeGreaterThan(stallMs * 0.1)
  })

  test('a call that fails is not measured as one that succeeds', async () => {
    const measured = generator.measure(port(), {
      kind: 'keep alive',
      leases: 10,
      connections: 2,
      ...durationOf(time),
    })
    await expect(measured).rejects.toThrow(/calls failed/)
  })

  test('a process that cannot do its job ends the measurement', async () => {
    const calls: Calls = { kind: 'ascending puts', first: 0 }
    await expect(generator.measure(1, fillOf(calls, 10))).rejects.toThrow('ECONNREFUSED')
  })
})

describe('the bench', () => {
  test.each(['put, distinct keys, 10 connections', 'lease keepalive', 'watch, 1,000 watchers'])(
    'fills the rows of "%s" on an empty server',
    async (name) => {
      const { markdown, failures } = await smallBench('memory', `empty server: ${name}`, 0)
      expect(failures).toEqual([])
      const cells = figures(markdown)
      expect(cells.length).toBeGreaterThan(0)
      for (const cell of cells) expect(cell).toMatch(/^[\d,.]+; [\d,.]+ \/ [\d,.]+ ms$/)
    },
    longTestMs,
  )

  test(
    'lets servers take turns row by row',
    async () => {
      const told: string[] = []
      await runBench({
        ...smallOptions('empty server: put, distinct keys, 10 connections', 0),
        contenders: ['one', 'two'].map((name) => member(name, ['--engine', 'memory'])),
        tell: (line) => told.push(line),
      })
      const measured = told.filter((line) => line.includes('put, distinct keys'))
      expect(measured.map((line) => line.split(':', 1)[0])).toEqual(['one', 'two', 'one', 'two'])
    },
    longTestMs,
  )

  test('times the start of an empty server', async () => {
    const { markdown } = await smallBench('memory', 'empty server: start', 0)
    expect(figures(markdown)).toEqual([expect.stringMatching(/^[\d,.]+$/)])
  })

  test('refuses to run when no row is chosen', async () => {
    await expect(smallBench('memory', 'no such row', 400)).rejects.toThrow('no such row')
  })

  test('a server that does not start fails its rows, and the run goes on', async () => {
    const { markdown, failures } = await runBench({
      ...smallOptions('empty server: start', 0),
      contenders: [member('broken', ['--no-such-flag']), member('metastore', [])],
    })
    expect(failures).toEqual([expect.stringMatching(/^broken: failed: .*not a flag/s)])
    expect(markdown).toMatch(/^\| start to ready, empty \(ms\) \| - \| [\d,.]+[ ;]/m)
    expect(markdown).toMatch(/^- broken, start to ready, empty: failed: .*not ready$/m)
  })

  test.each([
    { rows: 'start together', cell: /^[\d,.]+$/ },
    { rows: 'put, distinct keys', cell: /^[\d,.]+; [\d,.]+ \/ [\d,.]+ ms$/ },
    { rows: 'catch-up', cell: /^[\d,.]+$/ },
    { rows: 'leader killed', cell: /^[\d,.]+$/ },
  ])(
    'fills the rows of $rows on three members',
    async ({ rows, cell }) => {
      const { markdown, failures } = await smallBench('memory', `three members: ${rows}`, 0)
      expect(failures).toEqual([])
      const cells = figures(markdown)
      expect(cells.length).toBeGreaterThan(0)
      for (const each of cells) expect(each).toMatch(cell)
    },
    longTestMs,
  )

  test('takes its servers and their data along when a signal ends it', async () => {
    await using folder = await temporaryFolder('bench-test')
    await using bench = await StartedProcess.start({
      command: process.execPath,
      args: [
        ...['--import', 'tsx', program, '--no-etcd', '--keys', '0'],
        ...['--rows', 'three members: put, distinct keys', '--seconds', '60'],
      ],
      env: { TMPDIR: folder.path },
      readyText: 'Load:',
    })
    await waitFor('three data directories', async () => (await serversIn(folder)).length === 3)
    expect(await bench.stop('SIGINT')).toEqual({ code: 130, signal: null })
    await waitFor('no servers', async () => (await serversIn(folder)).length === 0)
    const left = await readdir(folder.path)
    expect(left.filter((name) => name.startsWith('metastore-'))).toEqual([])
  }, 60_000)

  test(
    'fills every row of the data set',
    async () => {
      const { markdown, failures } = await smallBench('level', 'data set', 400)
      expect(failures).toEqual([])
      const cells = figures(markdown)
      expect(cells.length).toBeGreaterThan(25)
      for (const cell of cells) expect(cell).toMatch(/^[\d,.]+/)
    },
    longTestMs,
  )
})

function smallBench(engine: EngineName, rows: string, keys: number) {
  const contenders = [member('metastore', ['--engine', engine])]
  return runBench({ ...smallOptions(rows, keys), contenders })
}

function smallOptions(rows: string, keys: number) {
  return {
    time,
    rounds: 1,
    keys,
    rows,
    missedPuts: 200,
    leaderKills: 1,
    patienceMs: 0,
    processes: 1,
    tell: () => undefined,
  }
}

/** The processes whose command line names a place in the folder. */
async function serversIn({ path }: TemporaryFolder): Promise<string[]> {
  const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const lines = await Promise.all(
    processes.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  )
  return lines.filter((line) => line.includes(`${path}/`))
}

/** On a machine whose host has others to serve. */
const stolen = /; \d+ % stolen$/

/** The cells of the only column, from the top. */
function figures(markdown: string): string[] {
  return markdown
    .split('\n')
    .filter((line) => line.startsWith('| ') && line.endsWith(' |'))
    .slice(2)
    .map((line) => line.split(' | ')[1]?.replace(/ \|$/, '').replace(stolen, '') ?? '')
}
