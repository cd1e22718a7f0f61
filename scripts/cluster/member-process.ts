import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

const killAfterMs = 10_000

export interface MemberProcessOptions {
  readonly name: string
  /** A file that can be executed. */
  readonly program: string
  readonly args: readonly string[]
  /** Takes each line that the member writes. */
  readonly onLine: (line: string) => void
}

/** One member in a process of its own. */
export class MemberProcess {
  readonly name: string
  /** Resolves when it has ended, with how. */
  readonly ended: Promise<string>
  readonly #child: ChildProcess

  constructor({ name, program, args, onLine }: MemberProcessOptions) {
    this.name = name
    // In a process group of its own, so that Ctrl-C reaches it once, from here, and not twice.
    this.#child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on('line', onLine)
    }
    onLine(`process ${this.#child.pid}`)
    const killAtExit = () => this.#child.kill('SIGKILL')
    process.once('exit', killAtExit)
    this.ended = new Promise((resolve) => {
      const settle = (how: string) => {
        process.off('exit', killAtExit)
        resolve(how)
      }
      this.#child.once('error', (error) => settle(error.message))
      this.#child.once('close', (code, signal) => settle(signal ?? `exit code ${code}`))
    })
  }

  /** Asks it to end, and kills it where it does not. Idempotent. */
  async stop(): Promise<void> {
    this.#child.kill('SIGTERM')
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), killAfterMs)
    await this.ended
    clearTimeout(timer)
  }
}
