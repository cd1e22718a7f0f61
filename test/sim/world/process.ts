import type { Clock, Timer } from '../../../src/base/clock.js'

/** How long ago, at most, a machine's clock began before the run did. */
const largestStartMs = 1_000_000

/**
 * One life of one member's process. All that wakes its code up goes through here, so that nothing of it
 * runs once the life is over, and so that it can stand still while the others go on.
 */
export class SimulatedProcess implements Clock {
  private ended = false
  private held: (() => void)[] | undefined
  private readonly startMs: number

  /** `number` tells the clocks of processes apart: none may rely on another's. */
  constructor(
    private readonly clock: Clock & { defer(callback: () => void): void },
    number: number,
  ) {
    this.startMs = (number * 7919) % largestStartMs
  }

  get alive(): boolean {
    return !this.ended
  }

  get standsStill(): boolean {
    return this.held !== undefined
  }

  nowMs(): number {
    return this.clock.nowMs() + this.startMs
  }

  schedule(delayMs: number, callback: () => void): Timer {
    return this.clock.schedule(delayMs, () => this.run(callback))
  }

  readonly defer = (callback: () => void): void => {
    this.clock.defer(() => this.run(callback))
  }

  readonly nextTurn = (): Promise<void> => new Promise((resolve) => this.defer(resolve))

  /** Something reaches the process: at once, when it goes on again, or never. */
  run(callback: () => void): void {
    if (this.ended) return
    if (this.held === undefined) callback()
    else this.held.push(callback)
  }

  /** As when the machine swaps or the process is stopped: time goes on without it. */
  pause(): void {
    this.held ??= []
  }

  /** What has come meanwhile comes in order, each in a turn of its own. */
  goOn(): void {
    const held = this.held ?? []
    this.held = undefined
    for (const callback of held) this.clock.schedule(0, () => this.run(callback))
  }

  end(): void {
    this.ended = true
    this.held = undefined
  }
}
