import { describe, expect, test } from 'vitest'
import { errorCatalogue } from '../../src/base/error-catalogue.js'
import { bytes } from '../contract/store-operations.js'
import { hostKinds } from '../support/hosts.js'
import type { Failure } from '../support/raw-client.js'
import { errorTable } from './error-table.js'
import { all, key, stream } from './failing-calls.js'
import { mistakes } from './mistakes.js'
import { serveStore } from './served-store.js'
import { troubles } from './troubles.js'

describe('the table of errors', () => {
  test('gives every row to a call below, to a later service, or to nobody', () => {
    expect(new Set(errorTable.map(({ text }) => text)).size).toBe(63)
    const provoked = [...Object.keys(mistakes), ...Object.keys(troubles)].sort()
    const here = errorTable.filter(({ elsewhere }) => elsewhere === undefined)
    expect(provoked).toEqual(here.map(({ text }) => text).sort())
  })

  test('has every error of etcd’s that this program knows', () => {
    const texts = new Set(errorTable.map(({ text }) => `etcdserver: ${text}`))
    const known = Object.values(errorCatalogue).map(({ message }) => message)
    const missing = known.filter((text) => text.startsWith('etcdserver:') && !texts.has(text))
    expect(missing).toEqual([])
  })
})

describe.each(hostKinds)('a client of the %s host', (host) => {
  const expected = (text: string): Failure => ({
    code: errorTable.find((row) => row.text === text)?.status ?? 'no such row',
    message: `etcdserver: ${text}`,
  })

  test.each(Object.entries(mistakes))('that is wrong reads: %s', async (text, calls) => {
    await using member = await serveStore({ host })
    await member.store.leaseGrant({ id: 7n, ttl: 60 })
    for (const value of ['1', '2', '3']) await member.store.put({ key, value: bytes(value) })
    await member.store.compact({ revision: 3 })
    const failures = await all(member, calls)
    expect(failures).toEqual(calls.map(() => expected(text)))
    expect((await member.store.range({ key })).header?.revision).toBe(4)
  })

  test.each(Object.entries(troubles))('of a member in trouble reads: %s', async (text, provoke) => {
    const failures = await provoke(host)
    expect(failures).toEqual(failures.map(() => expected(text)))
    expect(failures.length).toBeGreaterThan(0)
  })

  test.each([
    ['descending', { sortOrder: 2 }],
    ['by value', { sortTarget: 4 }],
    ['filtered', { minModRevision: 1 }],
  ])('that wants a streamed range %s reads that it is not implemented', async (_name, init) => {
    await using member = await serveStore({ host })
    expect((await stream(init)(member)).code).toBe('UNIMPLEMENTED')
  })
})
