import { expect, test } from 'vitest'
import { stream } from '../../../src/rpc/method.js'
import { serve, signpost, textMethod } from '../text-service.js'
import { RawCaller } from './raw-call.js'

/** What the service of these tests answers to all that has no code of its own. */
const unknown = 2

test('our host waits for no client that was told the end and does not end its side', async () => {
  const started = signpost()
  const running = await serve('own', [
    stream(textMethod('Talk', 'bidi-stream'), async (requests) => {
      started.reach()
      for await (const _ of requests);
    }),
  ])
  const caller = await RawCaller.connect(running.port)
  const call = caller.begin('/test.Text/Talk')
  await started.reached
  // The time that the test has is over long before.
  await running.host.close({ graceMs: 3_600_000 })
  expect((await caller.ending(call)).code).toBe(unknown)
  caller.client.close()
  await running.close()
})
