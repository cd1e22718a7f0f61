import { expect, test } from 'vitest'
import { endpointOf } from '../../src/base/address.js'

test('an address is written as in a URL, an IPv6 one in brackets', () => {
  expect(endpointOf({ host: '127.0.0.1', port: 2379 })).toBe('127.0.0.1:2379')
  expect(endpointOf({ host: 'localhost', port: 0 })).toBe('localhost:0')
  expect(endpointOf({ host: '::1', port: 1 })).toBe('[::1]:1')
})
