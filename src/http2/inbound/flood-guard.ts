import { ConnectionError, errorCodes } from '../protocol.js'
import { RateLimit } from './rate-limit.js'

/** Things a peer may do a lot of, but not without end, because each costs us more than it. */
export type Nuisance = 'reset' | 'ping' | 'settings' | 'empty'

/** At once, and a second from then on. Far above what clients do, far below what hurts. */
const allowances: Readonly<Record<Nuisance, { burst: number; perSecond: number }>> = {
  // Streams begun and given up again ("rapid reset"), and streams we had to reset. A client that gives
  // up all it has at once is honest.
  reset: { burst: 10_000, perSecond: 2000 },
  // Clients measure the way to us with pings, one for each round trip at most.
  ping: { burst: 20_000, perSecond: 20_000 },
  settings: { burst: 100, perSecond: 10 },
  // Frames that do nothing: DATA without body or end, PRIORITY, acknowledgements, unknown types.
  empty: { burst: 10_000, perSecond: 1000 },
}

/** Counts what one connection does. */
export class FloodGuard {
  readonly #nowMs: () => number
  readonly #limits = new Map<Nuisance, RateLimit>()

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  /** @throws ConnectionError ENHANCE_YOUR_CALM when there was too much of it */
  note(nuisance: Nuisance): void {
    let limit = this.#limits.get(nuisance)
    if (limit === undefined) {
      const { burst, perSecond } = allowances[nuisance]
      limit = new RateLimit(burst, perSecond, this.#nowMs)
      this.#limits.set(nuisance, limit)
    }
    if (limit.take()) return
    throw new ConnectionError(errorCodes.enhanceYourCalm, `too many: ${nuisance}`)
  }
}
