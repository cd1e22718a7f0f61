import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { LoadJob, LoadResult } from './job.js'

const program = fileURLToPath(new URL('./worker.ts', import.meta.url))
const typeScriptLoader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href

const longestJobMs = 3_600_000

export interface ProcessResult extends LoadResult {
  /** How much of the time the process's event loop was at work: near 1, it was the limit itself. */
  readonly busyShare: number
}

/** A process of the load generator with one job. It ends with its job, this process, or an hour. */
export class LoadProcess {
  /** Rejects when the process fails, or ends without one. */
  readonly result: Promise<ProcessResult>
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, result: Promise<ProcessResult>) {
    this.#child = child
    this.result = result
    this.result.catch(() => undefined)
  }

  /** Resolves when the process has its job. */
  static async start(port: number, job: LoadJob): Promise<LoadProcess> {
    const child = fork(program, {
      execArgv: ['--max-semi-space-size=32', '--import', typeScriptLoader],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    const ended = new Promise<never>((_resolve, reject) => {
      child.once('exit', (code, signal) =>
        reject(new Error(`the load generator ended (${signal ?? code}) without a result`)),
      )
    })
    await Promise.race([once(child, 'message'), ended])
    const result = once(child, 'message').then(([message]) => resultOf(message))
    child.send({ port, job })
    return new LoadProcess(child, endWith(child, Promise.race([result, ended])))
  }

  /** Ends an open loop and waits for its result. */
  async stop(): Promise<ProcessResult> {
    this.#child.send('stop')
    return this.result
  }

  /** Ends the process, whatever it is doing. */
  close(): void {
    this.#child.kill('SIGKILL')
  }
}

function resultOf(message: ProcessResult | { readonly failure: string }): ProcessResult {
  if ('failure' in message) throw new Error(`the load generator failed: ${message.failure}`)
  return message
}

async function endWith(
  child: ChildProcess,
  result: Promise<ProcessResult>,
): Promise<ProcessResult> {
  const timer = setTimeout(() => child.kill('SIGKILL'), longestJobMs)
  try {
    return await result
  } finally {
    clearTimeout(timer)
    child.kill('SIGKILL')
  }
}
