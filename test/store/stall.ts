import type { Clock } from '../../src/base/clock.js'
import type { PeerReceiver, Transport } from '../../src/node/index.js'

/**
 * A process that can be stopped and goes on later, as after SIGSTOP: then what its timers missed comes first, and
 * what arrived meanwhile afterwards.
 */
export class Stall {
  readonly clock: Clock
  #stalled = false
  #missed: (() => void)[] = []
  #arrived: (() => void)[] = []

  constructor(clock: Clock) {
    this.clock = {
      nowMs: () => clock.nowMs(),
      schedule: (delayMs, callback) => {
        let canceled = false
        const timer = clock.schedule(delayMs, () => {
          this.#run(this.#missed, () => {
            if (!canceled) callback()
          })
        })
        return {
          cancel: () => {
            canceled = true
            timer.cancel()
          },
        }
      },
    }
  }

  defer(defer: (callback: () => void) => void): (callback: () => void) => void {
    return (callback) => defer(() => this.#run(this.#arrived, callback))
  }

  transport(transport: Transport): Transport {
    return {
      start: (receiver) => transport.start(this.#receiver(receiver)),
      send: (messages) => transport.send(messages),
      sendSnapshot: (...request) => transport.sendSnapshot(...request),
      ask: (...question) => transport.ask(...question),
      close: () => transport.close(),
    }
  }

  begin(): void {
    this.#stalled = true
  }

  end(): void {
    this.#stalled = false
    for (const callback of this.#missed.splice(0)) callback()
    for (const callback of this.#arrived.splice(0)) callback()
  }

  #receiver(receiver: PeerReceiver): PeerReceiver {
    const later = (callback: () => void) => this.#run(this.#arrived, callback)
    return {
      receive: (message) => later(() => receiver.receive(message)),
      connected: (peer) => later(() => receiver.connected(peer)),
      receiveSnapshot: (...snapshot) => receiver.receiveSnapshot(...snapshot),
      answer: (...question) =>
        new Promise((resolve) => later(() => resolve(receiver.answer(...question)))),
    }
  }

  #run(held: (() => void)[], callback: () => void): void {
    if (this.#stalled) held.push(callback)
    else callback()
  }
}
