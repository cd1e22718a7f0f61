import { describe, expect, test } from 'vitest'
import { CancelSource } from '../../src/base/cancel-signal.js'
import { MetastoreError } from '../../src/base/errors.js'
import { hostKinds } from '../support/hosts.js'
import { waitFor } from '../support/wait-for.js'
import { connected, introduce, never, Process, TroubledWay } from './fixture.js'

const question = Buffer.from('who leads?')

describe.each(hostKinds)('a question to a %s host', (kind) => {
  test('is answered, by the group it was put to', async () => {
    await using a = await Process.start({ kind, id: 1n })
    await using b = await Process.start({ kind, id: 2n })
    introduce(a, b)
    b.recorder.onQuestion = async (from, asked) => Buffer.from(`${from} asked: ${asked}`)
    const answer = await a.transport.ask(2n, question, never)
    expect(answer.toString()).toBe('1 asked: who leads?')
    expect(await a.transport.ask(2n, Buffer.alloc(1_000_000, 5), never)).toHaveLength(1_000_009)
    b.recorder.onQuestion = async () => Buffer.alloc(0)
    expect(await a.transport.ask(2n, question, never)).toHaveLength(0)
  })

  test('meets the error that the other member threw, code and text', async () => {
    await using a = await Process.start({ kind, id: 1n })
    await using b = await Process.start({ kind, id: 2n })
    introduce(a, b)
    b.recorder.onQuestion = async () => {
      throw new MetastoreError('not-leader')
    }
    await expect(a.transport.ask(2n, question, never)).rejects.toMatchObject({
      name: 'MetastoreError',
      code: 'not-leader',
      message: 'etcdserver: not leader',
    })
    b.recorder.onQuestion = async () => {
      throw new MetastoreError('data-corrupt', 'row 7 is damaged — schade')
    }
    await expect(a.transport.ask(2n, question, never)).rejects.toMatchObject({
      code: 'data-corrupt',
      message: 'row 7 is damaged — schade',
    })
    b.recorder.onQuestion = async () => {
      throw new TypeError('a mistake')
    }
    await expect(a.transport.ask(2n, question, never)).rejects.toMatchObject({
      code: 'request-timed-out',
      message: 'a mistake',
    })
    expect(b.warnings('could not do')).toHaveLength(1)
  })

  test('that is cancelled is cancelled there, too', async () => {
    await using a = await Process.start({ kind, id: 1n })
    await using b = await Process.start({ kind, id: 2n })
    introduce(a, b)
    let aborted: unknown
    let heard = false
    b.recorder.onQuestion = (_from, _asked, signal) => {
      heard = true
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          aborted = signal.reason
          reject(signal.reason)
        })
      })
    }
    const source = new CancelSource()
    const answer = a.transport.ask(2n, question, source)
    await waitFor('it was heard', () => heard)
    source.abort(new MetastoreError('deadline-exceeded'))
    await expect(answer).rejects.toMatchObject({ code: 'deadline-exceeded' })
    await waitFor('it is cancelled there', () => aborted !== undefined)
    expect(aborted).toMatchObject({ code: 'context-canceled' })
    await expect(a.transport.ask(2n, question, source)).rejects.toMatchObject({
      code: 'deadline-exceeded',
    })
  })
})

describe('a question', () => {
  test('to a member that is unknown, down or silent ends with no-leader, in bounded time', async () => {
    await using a = await Process.start({
      id: 1n,
      limits: { connectTimeoutMs: 100, pingIntervalMs: 50 },
    })
    const down = await Process.start({ id: 2n })
    await using silent = await Process.start({ id: 3n })
    await using way = await TroubledWay.to(silent.port)
    silent.network.setPeers(new Map([[1n, [a.url]]]))
    silent.recorder.onQuestion = () => new Promise(() => {})
    await down.close()
    a.network.setPeers(
      new Map([
        [2n, [down.url]],
        [3n, [way.url]],
      ]),
    )
    for (const id of [2n, 4n]) {
      await expect(a.transport.ask(id, question, never)).rejects.toMatchObject({
        code: 'no-leader',
      })
    }
    await connected(a, silent)
    const answer = a.transport.ask(3n, question, never)
    way.freeze()
    await expect(answer).rejects.toMatchObject({ code: 'no-leader' })
  })

  test('for a group that is not there ends with no-leader', async () => {
    await using a = await Process.start({ id: 1n })
    await using b = await Process.start({ id: 2n })
    introduce(a, b)
    await b.transport.close()
    await expect(a.transport.ask(2n, question, never)).rejects.toMatchObject({ code: 'no-leader' })
  })

  test('beyond the limit is refused, and one that is too large', async () => {
    await using a = await Process.start({
      id: 1n,
      limits: { maxQuestions: 2, maxMessageBytes: 1000 },
    })
    await using b = await Process.start({ id: 2n })
    introduce(a, b)
    const releases: (() => void)[] = []
    b.recorder.onQuestion = (_from, asked) =>
      new Promise((resolve) => releases.push(() => resolve(asked)))
    await expect(a.transport.ask(2n, Buffer.alloc(1000), never)).rejects.toMatchObject({
      code: 'request-too-large',
    })
    const answers = [a.transport.ask(2n, question, never), a.transport.ask(2n, question, never)]
    await expect(a.transport.ask(2n, question, never)).rejects.toMatchObject({
      code: 'too-many-requests',
    })
    await waitFor('both are asked', () => releases.length === 2)
    for (const release of releases) release()
    expect(await Promise.all(answers)).toEqual([question, question])
    b.recorder.onQuestion = async (_from, asked) => asked
    expect(await a.transport.ask(2n, question, never)).toEqual(question)
  })

  test('is given up when its transport is closed, on either side', async () => {
    await using a = await Process.start({ id: 1n })
    await using b = await Process.start({ id: 2n })
    introduce(a, b)
    let heard = 0
    b.recorder.onQuestion = (_from, _asked, signal) => {
      heard++
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason))
      })
    }
    const first = a.transport.ask(2n, question, never)
    await waitFor('it was heard', () => heard === 1)
    await b.transport.close()
    await expect(first).rejects.toMatchObject({ code: 'server-stopped' })
    b.network.transport(0xf00dn).start(b.recorder)
    const second = a.transport.ask(2n, question, never)
    await waitFor('it was heard', () => heard === 2)
    await a.transport.close()
    await expect(second).rejects.toMatchObject({ code: 'server-stopped' })
    await expect(a.transport.ask(2n, question, never)).rejects.toMatchObject({
      code: 'server-stopped',
    })
  })
})
