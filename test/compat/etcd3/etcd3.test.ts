import { once } from 'node:events'
import { Etcd3, EtcdLeaseInvalidError, EtcdLockFailedError, type Watcher } from 'etcd3'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { engineNames, type ServerProcess } from '../../support/member-process.js'
import { type TemporaryFolder, temporaryFolder } from '../../support/temporary-folder.js'
import { startSubject } from '../subject.js'

describe.each(engineNames)('R1: the npm client etcd3 with engine %s', (engine) => {
  let folder: TemporaryFolder
  let server: ServerProcess
  let client: Etcd3

  beforeAll(async () => {
    folder = await temporaryFolder('etcd3')
    server = await startSubject(engine, `${folder.path}/data`)
    client = new Etcd3({ hosts: `http://${server.endpoint}` })
  })

  afterAll(async () => {
    client?.close()
    await server?.process.stop()
    await folder?.remove()
  })

  beforeEach(async () => {
    await client.delete().all()
  })

  describe('keys', () => {
    test('a put is read back as text, number, JSON and bytes', async () => {
      await client.put('text').value('round')
      await client.put('number').value(42)
      await client.put('json').value(JSON.stringify({ a: [1] }))
      await client.put(Buffer.from([0, 255])).value(Buffer.from([255, 0]))
      expect(await client.get('text').string()).toBe('round')
      expect(await client.get('number').number()).toBe(42)
      expect(await client.get('json').json()).toEqual({ a: [1] })
      expect(await client.get(Buffer.from([0, 255])).buffer()).toEqual(Buffer.from([255, 0]))
      expect(await client.get('nothing').string()).toBeNull()
    })

    test('a put answers the previous pair, and can keep the value', async () => {
      await client.put('key').value('1')
      const answer = await client.put('key').value('2').getPrevious()
      expect(String(answer.value)).toBe('1')
      expect(answer.version).toBe('1')
    })

    test('a range is bounded, sorted, limited and counted', async () => {
      for (const key of ['a', 'b/1', 'b/2', 'b/3', 'c']) await client.put(key).value(`value ${key}`)
      expect(await client.getAll().prefix('b/').keys()).toEqual(['b/1', 'b/2', 'b/3'])
      expect(await client.getAll().prefix('b/').count()).toBe(3)
      expect(await client.getAll().inRange({ start: 'a', end: 'b/2' }).keys()).toEqual(['a', 'b/1'])
      expect(await client.getAll().sort('Key', 'Descend').limit(2).keys()).toEqual(['c', 'b/3'])
      expect(await client.getAll().prefix('b/').strings()).toEqual({
        'b/1': 'value b/1',
        'b/2': 'value b/2',
        'b/3': 'value b/3',
      })
      const limited = await client.getAll().prefix('b/').limit(1).exec()
      expect([limited.kvs.length, limited.more, limited.count]).toEqual([1, true, '3'])
    })

    test('an old revision stays readable until it is compacted', async () => {
      const first = await client.put('key').value('old').exec()
      const second = await client.put('key').value('new').exec()
      const { revision } = first.header
      expect(await client.get('key').revision(revision).string()).toBe('old')
      await client.kv.compact({ revision: second.header.revision })
      await expect(client.get('key').revision(revision).string()).rejects.toThrow(
        'etcdserver: mvcc: required revision has been compacted',
      )
    })

    test('a delete removes a key, a prefix or everything, and says how many', async () => {
      for (const key of ['a', 'b/1', 'b/2', 'c']) await client.put(key).value('')
      expect((await client.delete().key('a').exec()).deleted).toBe('1')
      const previous = await client.delete().prefix('b/').getPrevious()
      expect(previous.map(({ key }) => String(key))).toEqual(['b/1', 'b/2'])
      expect((await client.delete().all().exec()).deleted).toBe('1')
      expect(await client.getAll().keys()).toEqual([])
    })

    test('a namespace is a prefix', async () => {
      const space = client.namespace('space/')
      await space.put('key').value('1')
      expect(await client.getAll().keys()).toEqual(['space/key'])
      expect(await space.getAll().keys()).toEqual(['key'])
    })
  })

  describe('transactions', () => {
    test('the branch taken follows from the comparison', async () => {
      await client.put('key').value('1')
      const compareAndSet = (expected: string, value: string) =>
        client
          .if('key', 'Value', '==', expected)
          .and('key', 'Version', '>', 0)
          .then(client.put('key').value(value))
          .else(client.get('key'))
          .commit()
      expect((await compareAndSet('1', '2')).succeeded).toBe(true)
      const refused = await compareAndSet('1', '3')
      expect(refused.succeeded).toBe(false)
      expect(String(refused.responses[0]?.response_range?.kvs[0]?.value)).toBe('2')
    })

    test('software transactional memory retries until nobody interfered', async () => {
      await client.put('counter').value(0)
      const increment = () =>
        client.stm({ retries: 100 }).transact(async (transaction) => {
          const count = (await transaction.get('counter').number()) ?? 0
          await transaction.put('counter').value(count + 1)
        })
      await Promise.all(Array.from({ length: 8 }, increment))
      expect(await client.get('counter').number()).toBe(8)
    })
  })

  describe('watches', () => {
    test('puts and deletes under a prefix arrive in order, with the pair before', async () => {
      const watcher = await client.watch().prefix('watched/').withPreviousKV().create()
      const events = collect(watcher, 3)
      await client.put('watched/a').value('1')
      await client.put('elsewhere').value('1')
      await client.put('watched/a').value('2')
      await client.delete().key('watched/a')
      expect(await events).toEqual([
        'put watched/a 1 before: none',
        'put watched/a 2 before: 1',
        'delete watched/a before: 2',
      ])
      await watcher.cancel()
    })

    test('a watch from an old revision reads history and goes on with what is new', async () => {
      const { header } = await client.put('key').value('1').exec()
      await client.put('key').value('2')
      const watcher = await client.watch().key('key').startRevision(header.revision).create()
      const events = collect(watcher, 3)
      await client.put('key').value('3')
      expect(await events).toEqual([
        'put key 1 before: none',
        'put key 2 before: none',
        'put key 3 before: none',
      ])
      await watcher.cancel()
    })

    test('many watches share a stream, and a cancelled one ends', async () => {
      const first = await client.watch().key('key').only('put').create()
      const second = await client.watch().key('key').only('delete').create()
      const [puts, deletes] = [collect(first, 1), collect(second, 1)]
      await client.put('key').value('1')
      await client.delete().key('key')
      expect([await puts, await deletes]).toEqual([
        ['put key 1 before: none'],
        ['delete key before: none'],
      ])
      const ended = once(first, 'end')
      await first.cancel()
      await ended
      await second.cancel()
    })
  })

  describe('leases', () => {
    test('keepalives hold a key beyond its time to live; without them it goes', async () => {
      const lease = client.lease(2)
      await lease.put('leased').value('1')
      const watcher = await client.watch().key('leased').create()
      const gone = collect(watcher, 1)
      for (let count = 0; count < 4; count++) await once(lease, 'keepaliveSucceeded')
      expect(await client.get('leased').string()).toBe('1')
      lease.release()
      expect(await gone).toEqual(['delete leased before: none'])
      await watcher.cancel()
    })

    test('a revoked lease takes its keys along, and its holder learns of it', async () => {
      const lease = client.lease(60)
      const id = await lease.grant()
      await lease.put('leased').value('1')
      const { grantedTTL, keys } = await client.leaseClient.leaseTimeToLive({ ID: id, keys: true })
      expect([grantedTTL, keys.map(String)]).toEqual(['60', ['leased']])
      await client.leaseClient.leaseRevoke({ ID: id })
      expect(await client.get('leased').string()).toBeNull()
      await expect(lease.keepaliveOnce()).rejects.toThrow(EtcdLeaseInvalidError)
    })

    test('a lock has one holder at a time', async () => {
      const lock = await client.lock('mutex').ttl(60).acquire()
      await expect(client.lock('mutex').acquire()).rejects.toThrow(EtcdLockFailedError)
      await lock.release()
      expect(await client.lock('mutex').do(() => 'held')).toBe('held')
    })

    test('an election has one leader, and the next candidate follows', async () => {
      const [first, second] = [client.election('post', 60), client.election('post', 60)]
      const campaign = first.campaign('one')
      await once(campaign, 'elected')
      expect(await first.leader()).toBe('one')
      const next = second.campaign('two')
      const elected = once(next, 'elected')
      await campaign.resign()
      await elected
      expect(await second.leader()).toBe('two')
      await next.resign()
    })
  })

  test('the maintenance service answers the status of the member', async () => {
    const status = await client.maintenance.status()
    expect(status.version).toMatch(/^3\.\d+\.\d+$/)
    expect(status.leader).toBe(status.header.member_id)
  })
})

/** Reads the first events of a watch as lines of text. */
function collect(watcher: Watcher, count: number): Promise<string[]> {
  const lines: string[] = []
  return new Promise((resolve, reject) => {
    const add = (line: string, previous: { value: Buffer } | undefined) => {
      lines.push(`${line} before: ${previous ? String(previous.value) : 'none'}`)
      if (lines.length === count) resolve(lines)
    }
    watcher.on('put', ({ key, value }, previous) => add(`put ${key} ${value}`, previous))
    watcher.on('delete', ({ key }, previous) => add(`delete ${key}`, previous))
    watcher.on('error', reject)
  })
}
