import { expect, test } from 'vitest'
import { unary } from '../../../src/rpc/method.js'
import { data, settings } from '../../http2/frames.js'
import { hostDifferences } from '../../support/host-differences.js'
import { hostKinds } from '../../support/hosts.js'
import { framed, serve, textMethod } from '../text-service.js'
import { RawCaller } from './raw-call.js'

const calls = 80
const megabyte = 'x'.repeat(1024 * 1024)
const initialWindowSize = 4

test.each(hostKinds)(
  'how many megabytes a client may leave unread at the %s host',
  async (kind) => {
    let answered = 0
    const answer = () => {
      answered++
      return megabyte
    }
    const running = await serve(kind, [unary(textMethod('Ask', 'unary'), answer)])
    const caller = await RawCaller.connect(running.port)
    caller.client.send(settings([initialWindowSize, 0]))
    for (let count = 0; count < calls; count++) {
      const id = caller.begin('/test.Text/Ask')
      caller.client.send(data(id, framed('x'), true))
      await caller.client.settled()
    }
    expect(answered).toBe(Math.min(calls, hostDifferences.unreadAnswersMiB[kind]))
    caller.client.close()
    await running.close()
  },
)
