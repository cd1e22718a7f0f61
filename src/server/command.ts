import { readFileSync } from 'node:fs'
import { endpointOf } from '../base/address.js'
import { etcdApiVersion } from '../base/api-version.js'
import { MetastoreError, messageOf } from '../base/errors.js'
import type { Logger } from '../base/logger.js'
import { type Configuration, type Invocation, readInvocation } from './configuration/index.js'
import { openLogger } from './logging.js'
import { Member } from './member.js'
import { metastoreVersion } from './versions.js'

const exitCodes = { ok: 0, failed: 1, misconfigured: 2 } as const

/** What closing may take beside handing leadership over; acknowledged data is in the log whether or not it finishes. */
const closeTimeoutMs = 1300

/** The parts of the running process that the command needs. */
type Surroundings = Pick<NodeJS.Process, 'argv' | 'env' | 'stdout' | 'stderr' | 'on' | 'exit'>

/** Runs the command to its end, and answers its exit code: 0, 1 (failed) or 2 (misconfigured). */
export async function runCommand(surroundings: Surroundings): Promise<number> {
  const { argv, env, stdout, stderr } = surroundings
  let invocation: Invocation
  try {
    const readFile = (path: string) => readFileSync(path, 'utf8')
    invocation = readInvocation({ words: argv.slice(2), environment: env, readFile })
  } catch (error) {
    stderr.write(`metastore: ${messageOf(error)}\n`)
    return exitCodes.misconfigured
  }
  if (invocation.kind === 'print') {
    stdout.write(`${invocation.text}\n`)
    return exitCodes.ok
  }
  const { configuration, warnings } = invocation
  const { logLevel: level, logFormat: format } = configuration
  const logger = await openLogger({ level, format })
  for (const warning of warnings) logger.warn(warning)
  return serve(configuration, logger, surroundings)
}

/** Serves until a signal or a fatal error ends it. */
async function serve(
  configuration: Configuration,
  logger: Logger,
  surroundings: Surroundings,
): Promise<number> {
  const ending = new Ending(surroundings, logger)
  let member: Member
  try {
    const onFatal = (error: Error) => ending.fail(error)
    member = await Member.start({ configuration, logger, signal: ending.signal, onFatal })
  } catch (error) {
    if (ending.signal.aborted) return exitCodes.ok
    surroundings.stderr.write(`metastore: ${describeFailure(error)}\n`)
    return exitCodes.failed
  }
  const listening = member.addresses.map((address) => `http://${endpointOf(address)}`)
  logger.info('ready to serve client requests', {
    listenClientUrls: listening,
    advertiseClientUrls: configuration.advertiseClientUrls ?? listening,
    etcdVersion: etcdApiVersion,
    metastoreVersion,
  })
  const failure = await ending.reached
  if (failure !== undefined) logger.fatal('cannot go on', { error: failure })
  await closeInTime(member, configuration, logger)
  return failure === undefined ? exitCodes.ok : exitCodes.failed
}

/** Why and when the member has to end: a signal, or an error it cannot live with. */
class Ending {
  /** Aborts at the first signal. */
  readonly signal: AbortSignal
  /** Resolves with the error, or undefined where somebody wants it to end. */
  readonly reached: Promise<Error | undefined>
  #reach: (error: Error | undefined) => void = () => {}

  constructor(surroundings: Surroundings, logger: Logger) {
    const controller = new AbortController()
    this.signal = controller.signal
    this.reached = new Promise((resolve) => {
      this.#reach = resolve
    })
    for (const [name, number] of [
      ['SIGTERM', 15],
      ['SIGINT', 2],
    ] as const) {
      surroundings.on(name, () => {
        if (controller.signal.aborted) surroundings.exit(128 + number)
        logger.info('closing', { signal: name })
        controller.abort()
        this.#reach(undefined)
      })
    }
  }

  fail(error: Error): void {
    this.#reach(error)
  }
}

async function closeInTime(
  member: Member,
  { electionTimeoutMs }: Configuration,
  logger: Logger,
): Promise<void> {
  const handOverMs = member.hasPeers ? electionTimeoutMs : 0
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, closeTimeoutMs + handOverMs, 'late')
  })
  try {
    const outcome = await Promise.race([member.close(), late])
    if (outcome === 'late') logger.warn('closing takes too long; the log holds all that matters')
    else logger.info('closed')
  } catch (error) {
    logger.error('trouble while closing', { error })
  } finally {
    clearTimeout(timer)
  }
}

/** One line for what can be expected to go wrong, and the whole story for the rest. */
function describeFailure(error: unknown): string {
  if (error instanceof MetastoreError && error.code !== 'invariant-violated') return error.message
  return error instanceof Error ? (error.stack ?? error.message) : messageOf(error)
}
