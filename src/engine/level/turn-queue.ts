import type { ScanPriority } from '../engine.js'

/** Steps of higher priority that may be taken before one that waits in the background. */
const maxPassed = 16

/**
 * Lets one step run at a time. Long scans that come back for one step after another so take turns,
 * and the disk's threads stay free for writes. What applies the log goes first, what works in the
 * background last, though one step in seventeen is its own; within a priority steps run in the order
 * they came. It holds at most one step for each scan that is open.
 */
export class TurnQueue {
  #busy = false
  #passed = 0
  readonly #waiting: Record<ScanPriority, (() => void)[]> = { apply: [], read: [], background: [] }

  async run<T>(step: () => Promise<T>, priority: ScanPriority = 'read'): Promise<T> {
    if (this.#busy) await new Promise<void>((resolve) => this.#waiting[priority].push(resolve))
    this.#busy = true
    try {
      return await step()
    } finally {
      const next = this.#next()
      if (next === undefined) this.#busy = false
      else next()
    }
  }

  #next(): (() => void) | undefined {
    const { apply, read, background } = this.#waiting
    const foreground = apply.length > 0 ? apply : read
    if (foreground.length === 0 || (background.length > 0 && this.#passed >= maxPassed)) {
      this.#passed = 0
      return background.shift() ?? foreground.shift()
    }
    if (background.length > 0) this.#passed++
    return foreground.shift()
  }
}
