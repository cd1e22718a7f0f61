import { type ErrorCode, errorCatalogue, type StatusName } from './error-catalogue.js'

/**
 * The one error type. `code` names the row of the catalogue; `status` is the gRPC status the row
 * maps to; `message` is the exact text a client sees.
 */
export class MetastoreError extends Error {
  override readonly name = 'MetastoreError'
  readonly code: ErrorCode

  /** `message` replaces the catalogue's text, for rows whose text names a particular thing. */
  constructor(code: ErrorCode, message?: string, options?: { cause?: unknown }) {
    super(message ?? errorCatalogue[code].message, options)
    this.code = code
  }

  get status(): StatusName {
    return errorCatalogue[this.code].status
  }
}

/** Whether what was thrown is an error with one of these codes. */
export function hasCode(thrown: unknown, ...codes: readonly ErrorCode[]): thrown is MetastoreError {
  return thrown instanceof MetastoreError && codes.includes(thrown.code)
}

/** Throws when something that the program itself guarantees does not hold. Never for bad input. */
export function invariant(condition: boolean, message: string): asserts condition {
  if (!condition) throw new MetastoreError('invariant-violated', `invariant violated: ${message}`)
}

/** The message of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
