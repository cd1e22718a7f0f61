import { afterEach, expect, test } from 'vitest'
import type { PeerMessage } from '../../src/node/index.js'
import { fromWire } from '../../src/peers/from-wire.js'
import { PeerService } from '../../src/peers/generated/services.js'
import type { Host } from '../../src/rpc/host.js'
import { stream } from '../../src/rpc/method.js'
import { makeHost } from '../rpc/text-service.js'
import { waitFor } from '../support/wait-for.js'
import { append, heartbeat, Process, TroubledWay } from './fixture.js'

const opened: Host[] = []

afterEach(async () => {
  for (const host of opened.splice(0)) await host.close({ graceMs: 0 })
})

/** A member that welcomes, takes everything in, and never says how far it is. */
async function startMute(heard: PeerMessage[]): Promise<number> {
  const host = makeHost('own', [
    stream(PeerService.exchange, async (batches, sink) => {
      sink.send({ receivedBytes: 0 })
      for await (const { groups } of batches) {
        for (const wire of groups.flatMap(({ messages }) => messages)) {
          const message = fromWire(wire, 1n, 2n)
          if (message !== undefined) heard.push(message)
        }
      }
    }),
  ])
  opened.push(host)
  return host.bind('127.0.0.1', 0)
}

test('appends without a receipt wait at the window, and are dropped with the connection', async () => {
  const heard: PeerMessage[] = []
  const limits = { bulkWindowBytes: 2000, maxBatchBytes: 500 }
  await using a = await Process.start({ id: 1n, limits })
  await using way = await TroubledWay.to(await startMute(heard))
  a.network.setPeers(new Map([[2n, [way.url]]]))
  await waitFor('it is connected', () => a.network.isConnected(2n))
  for (let index = 0; index < 100; index++) {
    a.transport.send([append(1n, 2n, index, Buffer.alloc(400))])
  }
  await waitFor('the window is full', () => heard.length === 5)
  for (let commit = 1; commit <= 3; commit++) {
    a.transport.send([heartbeat(1n, 2n, commit)])
    await waitFor('a heartbeat passes', () => heard.length === 5 + commit)
  }
  expect(heard.slice(0, 5)).toEqual(
    [0, 1, 2, 3, 4].map((index) => append(1n, 2n, index, Buffer.alloc(400))),
  )
  way.cut()
  await waitFor('they are connected again', () => a.recorder.connectedTo.length === 2)
  a.transport.send([append(1n, 2n, 500)])
  await waitFor('the new one is there', () => heard.length === 9)
  expect(heard[8]).toEqual(append(1n, 2n, 500))
})
