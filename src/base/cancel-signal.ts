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
  /** Most calls have one listener, which then needs no list. */
  #first: CancelListener | undefined
  #others: CancelListener[] | undefined

  addEventListener(_type: 'abort', listener: CancelListener): void {
    if (this.aborted) return
    if (this.#others !== undefined) this.#others.push(listener)
    else if (this.#first === undefined) this.#first = listener
    else this.#others = [listener]
  }

  removeEventListener(_type: 'abort', listener: CancelListener): void {
    if (this.#first === listener) {
      this.#first = undefined
      return
    }
    const index = this.#others?.indexOf(listener) ?? -1
    if (index >= 0) this.#others?.splice(index, 1)
  }

  /** The first reason counts. */
  abort(reason: unknown): void {
    if (this.aborted) return
    this.aborted = true
    this.reason = reason
    const first = this.#first
    const others = this.#others
    this.#first = undefined
    this.#others = undefined
    if (first !== undefined) tell(first)
    if (others !== undefined) for (const listener of others) tell(listener)
  }
}

function tell(listener: CancelListener): void {
  if (typeof listener === 'function') listener()
  else listener.handleEvent()
}
