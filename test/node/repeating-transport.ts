import type { Random } from '../../src/base/random.js'
import type { PeerMessage, Transport } from '../../src/node/index.js'
import type { SimulatedClock } from '../sim/simulated-clock.js'
import { Group } from './group.js'
import { passing } from './passing-transport.js'

/** A group of three in which all messages go through such transports. */
export async function startRepeating(seed: number, random: Random): Promise<Group> {
  const group = await Group.start({}, seed)
  for (const id of [1n, 2n, 3n]) {
    await group.kill(id)
    const transport = repeating(group.network.transport(id), group.clock, random)
    await group.open(id, { transport })
  }
  return group
}

/** A transport on whose way some messages come again, and some later than others. */
function repeating(inner: Transport, clock: SimulatedClock, random: Random): Transport {
  let closed = false
  const later = (message: PeerMessage, bound: number) =>
    clock.schedule(random.below(bound), () => {
      if (!closed) inner.send([message])
    })
  return passing(inner, {
    send: (messages) => {
      for (const message of messages) {
        if (random.below(3) === 0) later(message, 3000)
        if (random.below(8) === 0) later(message, 20)
        else inner.send([message])
      }
    },
    close: () => {
      closed = true
      return inner.close()
    },
  })
}
