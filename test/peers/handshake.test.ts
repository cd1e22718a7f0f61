import { describe, expect, test } from 'vitest'
import { hostKinds } from '../support/hosts.js'
import { waitFor } from '../support/wait-for.js'
import { groupId, heartbeat, Process } from './fixture.js'

describe.each(hostKinds)('a %s host', (kind) => {
  test('refuses a member of another cluster; both log it once, however often it tries', async () => {
    await using ours = await Process.start({ kind, id: 1n })
    await using foreign = await Process.start({ kind, id: 2n, clusterId: 0xbadn })
    ours.network.setPeers(new Map([[2n, ['http://127.0.0.1:1']]]))
    foreign.network.setPeers(new Map([[1n, [ours.url]]]))
    const [line] = await repeatedly(ours, 'cluster ID mismatch')
    expect(line?.fields).toMatchObject({
      claimedCluster: '0000000000000bad',
      clusterId: '00000000000000c1',
      claimedMember: '0000000000000002',
    })
    expect(foreign.warnings('cannot reach').map(({ fields }) => fields?.reason)).toEqual([
      'cluster ID mismatch',
    ])
    expect(foreign.network.isConnected(1n)).toBe(false)
  })

  test('refuses who looks for another member', async () => {
    await using here = await Process.start({ kind, id: 1n })
    await using seeker = await Process.start({ kind, id: 2n })
    here.network.setPeers(new Map([[2n, ['http://127.0.0.1:1']]]))
    seeker.network.setPeers(new Map([[3n, [here.url]]]))
    const [line] = await repeatedly(here, 'member ID mismatch')
    expect(line?.fields).toMatchObject({ lookedFor: '0000000000000003' })
    expect(seeker.warnings('cannot reach').map(({ fields }) => fields?.reason)).toEqual([
      'member ID mismatch',
    ])
  })

  test('refuses who is no peer, until it is one', async () => {
    await using here = await Process.start({ kind, id: 1n })
    await using stranger = await Process.start({ kind, id: 2n })
    stranger.network.setPeers(new Map([[1n, [here.url]]]))
    await repeatedly(here, 'not a peer')
    stranger.transport.send([heartbeat(2n, 1n, 1)])
    here.network.setPeers(new Map([[2n, [stranger.url]]]))
    await waitFor('it is let in', () => stranger.network.isConnected(1n))
    here.network.setPeers(new Map())
    await waitFor('it is out again', () => !stranger.network.isConnected(1n))
    expect(here.recorder.messages).toEqual([])
  })
})

test('a way is told of peers that can be reached when it starts', async () => {
  await using a = await Process.start({ id: 1n })
  await using b = await Process.start({ id: 2n, peers: new Map([[1n, [a.url]]]) })
  a.network.setPeers(new Map([[2n, [b.url]]]))
  await waitFor('it is connected', () => a.network.isConnected(2n))
  await a.transport.close()
  a.recorder.connectedTo.length = 0
  a.network.transport(groupId).start(a.recorder)
  await waitFor('it was told', () => a.recorder.connectedTo.length === 1)
  expect(a.recorder.connectedTo).toEqual([2n])
})

test.each(['nonsense', 'https://127.0.0.1:1', 'http://'])('%s is no peer URL', async (url) => {
  await using a = await Process.start({ id: 1n })
  expect(() => a.network.setPeers(new Map([[2n, [url]]]))).toThrow('not a peer URL')
})

/** Waits until `process` has refused a peer a few times, and answers what it logged of it. */
async function repeatedly(process: Process, reason: string) {
  await waitFor('it was refused again and again', () => process.refusals >= 3)
  const lines = process.warnings(reason)
  expect(lines).toHaveLength(1)
  return lines
}
