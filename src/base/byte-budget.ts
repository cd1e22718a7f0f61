import { MetastoreError } from './errors.js'

/** Bytes of memory that many may draw on, together no more than a limit. */
export class ByteBudget {
  readonly #limitBytes: number
  #usedBytes = 0

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes
  }

  get usedBytes(): number {
    return this.#usedBytes
  }

  /** A share that is empty at first. Its owner releases it on every path. */
  share(): ByteShare {
    return new ByteShare((bytes) => {
      this.#usedBytes += bytes
      return this.#usedBytes <= this.#limitBytes
    })
  }
}

/** What one holder has drawn from a {@link ByteBudget}. */
export class ByteShare {
  readonly #draw: (bytes: number) => boolean
  #sizeBytes = 0

  constructor(draw: (bytes: number) => boolean) {
    this.#draw = draw
  }

  get sizeBytes(): number {
    return this.#sizeBytes
  }

  /** @throws MetastoreError `too-many-requests` when the budget is used up */
  take(bytes: number): void {
    this.#sizeBytes += bytes
    if (!this.#draw(bytes)) throw new MetastoreError('too-many-requests')
  }

  /** Gives everything back. Idempotent. */
  release(): void {
    this.#draw(-this.#sizeBytes)
    this.#sizeBytes = 0
  }
}
