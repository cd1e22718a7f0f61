/** Hears that something was cancelled: a function, or an object, which needs no closure. */
export type CancelListener = (() => void) | { handleEvent(): void }

/**
 * As much of an AbortSignal as this program uses, so that any AbortSignal will do where one is asked
 * for, and a call that nobody cancels need not pay for one (about a tenth of a whole call).
 */
export interface CancelSignal {
  readonly aborted: boolean
  /** Why, once {@link aborted}. */
  readonly reason: unknown
  /** `listener` is called at most once. Adding one to an aborted signal does nothing. */
  addEventListener(type: 'abort', listener: CancelListener, options?: { once: boolean }): void
  removeEventListener(type: 'abort', listener: CancelListener): void
}

/** A {@link CancelSignal} together with the right to abort it. */
export class CancelSource implements CancelSignal {
  aborted = false
  reason: unknown
  #listeners: CancelListener[] = []

  addEventListener(_type: 'abort', listener: CancelListener): void {
    if (!this.aborted) this.#listeners.push(listener)
  }

  removeEventListener(_type: 'abort', listener: CancelListener): void {
    const index = this.#listeners.indexOf(listener)
    if (index >= 0) this.#listeners.splice(index, 1)
  }

  /** The first reason counts. */
  abort(reason: unknown): void {
    if (this.aborted) return
    this.aborted = true
    this.reason = reason
    const listeners = this.#listeners
    this.#listeners = []
    for (const listener of listeners) {
      if (typeof listener === 'function') listener()
      else listener.handleEvent()
    }
  }
}
