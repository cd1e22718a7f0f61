type Release = () => Promise<void> | void

/**
 * What was opened so far, to be released in reverse. Everything is released even when some of it
 * fails; the first failure is then reported.
 */
export class ClosingStack {
  readonly #releases: Release[] = []
  #closing: Promise<void> | undefined

  push(release: Release): void {
    this.#releases.push(release)
  }

  /** Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#releaseAll()
    return this.#closing
  }

  async #releaseAll(): Promise<void> {
    const failures: unknown[] = []
    for (const release of this.#releases.splice(0).reverse()) {
      try {
        await release()
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0) throw failures[0]
  }
}
