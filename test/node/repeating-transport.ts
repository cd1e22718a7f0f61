import type { Random } from '../../src/base/random.js'
import type { PeerMessage, Transport } from '../../src/node/index.js'
import type { SimulatedClock } from '../sim/simulated-clock.js'

/** A transport on whose way some messages come again, and some later than others. */
export function repeating(inner: Transport, clock: SimulatedClock, random: Random): Transport {
  let closed = false
  const later = (message: PeerMessage, bound: number) =>
    clock.schedule(random.below(bound), () => {
      if (!closed) inner.send([message])
    })
  return {
    start: (receiver) => inner.start(receiver),
    send: (messages) => {
      for (const message of messages) {
        if (random.below(3) === 0) later(message, 3000)
        if (random.below(8) === 0) later(message, 20)
        else inner.send([message])
      }
    },
    sendSnapshot: (request, pieces, signal) => inner.sendSnapshot(request, pieces, signal),
    ask: (to, question, signal) => inner.ask(to, question, signal),
    close: () => {
      closed = true
      return inner.close()
    },
  }
}
