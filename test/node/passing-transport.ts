import type { Transport } from '../../src/node/index.js'

/** A transport that is `inner` in all but what it does in its `own` way. */
export function passing(inner: Transport, own: Partial<Transport>): Transport {
  return {
    start: (receiver) => inner.start(receiver),
    send: (messages) => inner.send(messages),
    sendSnapshot: (request, pieces, signal) => inner.sendSnapshot(request, pieces, signal),
    ask: (to, question, signal) => inner.ask(to, question, signal),
    close: () => inner.close(),
    ...own,
  }
}
