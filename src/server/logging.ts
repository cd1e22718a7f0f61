import { type Logger as Pino, pino, stdTimeFunctions } from 'pino'
import { MetastoreError } from '../base/errors.js'
import type { LogFields, Logger } from '../base/logger.js'
import type { LogLevel } from './configuration/index.js'

/** Takes whole lines. */
export interface LogDestination {
  write(line: string): void
  readonly isTTY?: boolean
}

export interface LoggingOptions {
  readonly level: LogLevel
  /** undefined: console when the lines go to a terminal, else json. */
  readonly format: 'json' | 'console' | undefined
  /** Default: standard error, as with etcd. */
  readonly destination?: LogDestination
}

/** etcd's levels and pino's differ in one name. */
const pinoLevels = {
  debug: 'debug',
  info: 'info',
  warn: 'warn',
  error: 'error',
  panic: 'fatal',
  fatal: 'fatal',
} as const satisfies Record<LogLevel, string>

/**
 * Makes the logger of a process. A line is written before the call returns, so that none is lost
 * when the process ends. JSON lines use etcd's names: `level`, `ts`, `msg`.
 */
export async function openLogger(options: LoggingOptions): Promise<Logger> {
  const destination = options.destination ?? standardError()
  const format = options.format ?? (destination.isTTY ? 'console' : 'json')
  const logger = pino(
    {
      level: pinoLevels[options.level],
      base: null,
      timestamp: () => stdTimeFunctions.isoTime().replace('"time"', '"ts"'),
      formatters: { level: (level) => ({ level }) },
      serializers: { error: describeError },
    },
    format === 'console' ? await forPeople(destination) : destination,
  )
  return new PinoLogger(logger)
}

function standardError(): LogDestination {
  const stream = pino.destination({ fd: process.stderr.fd, sync: true })
  // Nobody reads any more; that is no reason to stop serving.
  stream.on('error', () => {})
  return { write: (line) => stream.write(line), isTTY: process.stderr.isTTY }
}

async function forPeople(destination: LogDestination): Promise<LogDestination> {
  const { prettyFactory } = await import('pino-pretty')
  const pretty = prettyFactory({
    colorize: destination.isTTY ?? false,
    singleLine: true,
    timestampKey: 'ts',
    translateTime: 'SYS:yyyy-mm-dd HH:MM:ss.l',
  })
  return { write: (line) => destination.write(pretty(line)) }
}

/** A known error in its words; an unexpected one with its way through the program. */
function describeError(error: unknown): unknown {
  if (error instanceof MetastoreError && error.code !== 'invariant-violated') return error.message
  return error instanceof Error ? error.stack : error
}

class PinoLogger implements Logger {
  readonly #pino: Pino

  constructor(logger: Pino) {
    this.#pino = logger
  }

  debug(message: string, fields: LogFields = {}): void {
    this.#pino.debug(fields, message)
  }

  info(message: string, fields: LogFields = {}): void {
    this.#pino.info(fields, message)
  }

  warn(message: string, fields: LogFields = {}): void {
    this.#pino.warn(fields, message)
  }

  error(message: string, fields: LogFields = {}): void {
    this.#pino.error(fields, message)
  }

  fatal(message: string, fields: LogFields = {}): void {
    this.#pino.fatal(fields, message)
  }

  with(fields: LogFields): Logger {
    return new PinoLogger(this.#pino.child(fields))
  }
}
