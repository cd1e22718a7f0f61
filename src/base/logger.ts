/** What belongs to a line beside its message. Ids as `bigint` are written as whole numbers. */
export type LogFields = Readonly<Record<string, unknown>>

/** Where the rooms report what happens. Messages are constant; what varies goes into the fields. */
export interface Logger {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
  /** The process cannot go on. Only reports; ending the process is the caller's. */
  fatal(message: string, fields?: LogFields): void
  /** A logger whose lines all carry `fields` too. */
  with(fields: LogFields): Logger
}

/** Says nothing. */
export const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  fatal() {},
  with: () => silentLogger,
}
