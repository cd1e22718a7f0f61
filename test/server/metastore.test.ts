import { once } from 'node:events'
import { readdir, writeFile } from 'node:fs/promises'
import { connect } from 'node:http2'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Etcd3 } from 'etcd3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Metastore, type MetastoreOptions, messages } from '../../src/index.js'
import { createMetastore } from '../support/embedded-server.js'
import { hostDifferences } from '../support/host-differences.js'
import { hostKinds, testHost } from '../support/hosts.js'
import { engineNames } from '../support/member-process.js'
import { StartedProcess } from '../support/started-process.js'
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.js'

const opened: Metastore[] = []
let folder: TemporaryFolder

beforeEach(async () => {
  folder = await temporaryFolder('embedded')
})

afterEach(async () => {
  await Promise.all(opened.splice(0).map((server) => server.close()))
  await folder.remove()
})

async function create(options?: MetastoreOptions): Promise<Metastore> {
  const server = await createMetastore(options)
  opened.push(server)
  return server
}

async function refusal(options: MetastoreOptions): Promise<{ code: string; message: string }> {
  const error: unknown = await create(options).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toMatchObject({ name: 'MetastoreError' })
  return error as { code: string; message: string }
}

function clientOf(server: Metastore): Etcd3 {
  return new Etcd3({ hosts: [...server.endpoints] })
}

async function valueIn(server: Metastore, key: string): Promise<string | undefined> {
  const { kvs } = await server.store.range({ key: Buffer.from(key) })
  return kvs[0]?.value.toString()
}

function put(server: Metastore, key: string, value: string): Promise<unknown> {
  return server.store.put({ key: Buffer.from(key), value: Buffer.from(value) })
}

describe('a server in this process', () => {
  test('needs no options: clients and the store see the same data', async () => {
    const server = await create()
    expect(server.endpoints).toEqual([expect.stringMatching(/^127\.0\.0\.1:[1-9][0-9]*$/)])
    const client = clientOf(server)
    await client.put('by-client').value('1')
    expect(await valueIn(server, 'by-client')).toBe('1')
    await put(server, 'by-store', '2')
    expect(await client.get('by-store').string()).toBe('2')
    client.close()
  })

  test('takes messages that are made with what the package exports', async () => {
    const { store } = await create()
    const { Compare, RequestOp, PutRequest } = messages
    const key = Buffer.from('once')
    const txn = {
      compare: [Compare.create({ key, target: 0, version: 0 })],
      success: [RequestOp.create({ requestPut: PutRequest.create({ key }) })],
    }
    expect((await store.txn(txn)).succeeded).toBe(true)
    expect((await store.txn(txn)).succeeded).toBe(false)
  })

  test('has told its cluster who it is and where clients reach it', async () => {
    const server = await create({ name: 'one' })
    const urls = server.endpoints.map((endpoint) => `http://${endpoint}`)
    expect(await server.store.members()).toEqual([
      {
        ...{ id: server.store.getRaftStatus().nodeId, name: 'one', clientUrls: urls },
        ...{ peerUrls: ['http://localhost:2380'], isLearner: false },
      },
    ])
  })

  test('answers as the member that etcd would make of the defaults', async () => {
    const server = await create()
    expect(server.store.getRaftStatus()).toMatchObject({
      nodeId: 10276657743932975437n,
      leaderId: 10276657743932975437n,
      state: 'leader',
    })
    expect(server.store.header()).toMatchObject({ clusterId: 14841639068965178418n, revision: 1 })
  })

  test('is one of many that share nothing', async () => {
    const servers = await Promise.all(Array.from({ length: 10 }, () => create()))
    expect(new Set(servers.flatMap((server) => server.endpoints)).size).toBe(10)
    await Promise.all(servers.map((server, index) => put(server, 'key', `${index}`)))
    expect(await Promise.all(servers.map((server) => valueIn(server, 'key')))).toEqual(
      servers.map((_, index) => `${index}`),
    )
  })

  test('listens where it is told', async () => {
    const server = await create({ host: 'localhost' })
    expect(server.endpoints[0]).toMatch(/^127\.0\.0\.1:/)
  })

  test('R12: closes once, however often it is asked, and lets go of its port', async () => {
    const server = await create()
    const port = Number(server.endpoints[0]?.split(':')[1])
    await Promise.all([server.close(), server.close()])
    await server.close()
    expect((await create({ port })).endpoints).toEqual(server.endpoints)
    await expect(put(server, 'a', 'b')).rejects.toMatchObject({ code: 'server-stopped' })
  })

  test('can be bound to a scope', async () => {
    let store: Metastore['store']
    {
      await using server = await createMetastore()
      store = server.store
      await store.put({ key: Buffer.from('a') })
    }
    expect(store.getRaftStatus().state).toBe('unknown')
  })

  test('leaves nothing behind that would keep the process alive', async () => {
    const program = fileURLToPath(new URL('embed-and-close.ts', import.meta.url))
    const args = ['--import', 'tsx', program, join(folder.path, 'data')]
    const { code, output } = await StartedProcess.run({ command: process.execPath, args })
    expect({ code, output }).toEqual({ code: 0, output: 'closed\n' })
  })

  test.each(hostKinds)('has the %s host if it is told so', async (grpcServer) => {
    const server = await create({ grpcServer })
    expect(await statusOfGet(server)).toBe(hostDifferences.noCallAtAll[grpcServer])
  })

  test('has the host under test, or our own, if it is not', async () => {
    expect(await statusOfGet(await create())).toBe(hostDifferences.noCallAtAll[testHost])
    const server = await Metastore.create()
    opened.push(server)
    expect(await statusOfGet(server)).toBe(hostDifferences.noCallAtAll.own)
  })

  test('tells its logger what it does', async () => {
    const messages: string[] = []
    const note = (message: string) => void messages.push(message)
    const logger = {
      ...{ debug: note, info: note, warn: note, error: note, fatal: note },
      with: () => logger,
    }
    await create({ logger })
    expect(messages).toEqual(['starting member'])
  })
})

describe.each(engineNames)('with a data directory, engine %s', (engine) => {
  test('data and ids outlive the server', async () => {
    const options = { engine, dataDirectory: join(folder.path, 'data') }
    const first = await create(options)
    await put(first, 'a', 'b')
    const { revision, memberId } = first.store.header()
    await first.close()
    const second = await create(options)
    expect(await valueIn(second, 'a')).toBe('b')
    expect(second.store.header()).toMatchObject({ revision, memberId })
  })

  test('a damaged log is refused, and the refusal keeps nothing open', async () => {
    const options = { engine, dataDirectory: join(folder.path, 'data') }
    await (await create(options)).close()
    const logFolder = join(options.dataDirectory, 'log')
    for (const name of await readdir(logFolder)) {
      await writeFile(join(logFolder, name), 'this is no log')
    }
    expect(await refusal(options)).toMatchObject({ code: 'log-corrupt' })
    expect(await refusal(options)).toMatchObject({ code: 'log-corrupt' })
  })
})

describe('refused:', () => {
  test.each<[MetastoreOptions, string]>([
    [{ port: 65_536 }, 'host and port: '],
    [{ port: -1 }, 'host and port: '],
    [{ port: 1.5 }, 'host and port: '],
    [{ host: 'example.com' }, 'host and port: must name an IP address or localhost to listen on'],
    [{ engine: 'level' }, 'engine: "level" needs a dataDirectory'],
    [{ engine: 'disk' } as unknown as MetastoreOptions, 'engine: must be one of memory, level'],
    [{ name: '' }, 'name: must not be empty'],
    [{ maxTxnOps: 0 }, 'maxTxnOps: must be a whole number from 1 to 1000000'],
    [{ maxRequestBytes: Number.NaN }, 'maxRequestBytes: '],
    [{ electionTimeoutMs: 499 }, 'electionTimeoutMs: must be at least 5 times the heartbeat'],
    [{ watchProgressIntervalMs: 0 }, 'watchProgressIntervalMs: must be a duration above zero'],
    [
      { grpcServer: 'java' } as unknown as MetastoreOptions,
      'grpcServer: must be one of own, grpc-js',
    ],
    [{ prot: 1 } as MetastoreOptions, 'options: Unrecognized key: "prot"'],
    [{ port: '1' } as unknown as MetastoreOptions, 'port: '],
  ])('%j', async (options, beginning) => {
    const { code, message } = await refusal(options)
    expect(code).toBe('configuration-invalid')
    expect(message.slice(0, beginning.length)).toBe(beginning)
  })

  test('a port in use, before any data is touched', async () => {
    const other = await listen()
    const { port } = other.address() as { port: number }
    const dataDirectory = join(folder.path, 'data')
    expect(await refusal({ port, dataDirectory })).toMatchObject({
      code: 'address-unusable',
      message: `cannot listen on 127.0.0.1:${port}: the address is already in use`,
    })
    expect(await readdir(folder.path)).toEqual([])
    other.close()
  })

  test('a data directory that another server has open', async () => {
    const dataDirectory = join(folder.path, 'data')
    const server = await create({ dataDirectory })
    expect(await refusal({ dataDirectory })).toMatchObject({
      code: 'data-directory-unusable',
      message: `data directory ${dataDirectory}: is in use by another process`,
    })
    await put(server, 'still', 'works')
  })
})

/** What a server says in words of HTTP to who asks for a page. */
async function statusOfGet(server: Metastore): Promise<number | undefined> {
  const session = connect(`http://${server.endpoints[0]}`)
  const [headers] = await once(session.request({ ':path': '/' }), 'response')
  session.close()
  return headers[':status']
}

function listen(): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => resolve(server))
  })
}
