import { describe, expect, test } from 'vitest'
import { clusterIdOf, foundingMemberId, toHexId } from '../../src/base/ids.js'

/** What etcd 3.4.23 answered in Status when started alone with these URLs and this token. */
const known: readonly (readonly [readonly string[], string, bigint, bigint])[] = [
  [['http://localhost:2380'], 'etcd-cluster', 10276657743932975437n, 14841639068965178418n],
  [['http://127.0.0.1:21380'], 'etcd-cluster', 7616583982444832909n, 3586811377195397337n],
  [['http://127.0.0.1:21380'], 'tkn-1', 496800493587124327n, 10150150282468533232n],
  [
    ['http://localhost:21390', 'http://127.0.0.1:21380'],
    '',
    11277621695514607397n,
    4656667555943783296n,
  ],
  [
    ['http://127.0.0.1:21391', 'http://127.0.0.1:21380'],
    'täken',
    17168058052430534489n,
    10417502549991536475n,
  ],
]

describe('ids are the ones etcd derives', () => {
  test.each(known)('%s with token %j', (urls, token, memberId, clusterId) => {
    expect(foundingMemberId(urls, token)).toBe(memberId)
    expect(clusterIdOf([memberId])).toBe(clusterId)
  })

  test('three members found a cluster together', () => {
    const ports = [21981, 21982, 21983]
    const ids = ports.map((port) => foundingMemberId([`http://127.0.0.1:${port}`], 'tok-3'))
    expect(ids.map(toHexId)).toEqual(['a45914b608741585', '2b0ef7d00cbd032b', '38d5d9133f5c764f'])
    expect(clusterIdOf(ids)).toBe(528226938419238973n)
  })

  test('the order of members does not matter', () => {
    expect(clusterIdOf([3n, 1n, 2n])).toBe(clusterIdOf([1n, 2n, 3n]))
    expect(clusterIdOf([1n, 2n])).not.toBe(clusterIdOf([1n]))
  })

  test('an id is written as 16 digits', () => {
    expect(toHexId(10276657743932975437n)).toBe('8e9e05c52164694d')
    expect(toHexId(1n)).toBe('0000000000000001')
  })
})
