import { type ChildProcess, spawn } from 'node:child_process'

const keptOutputLength = 1024 * 1024
const readyTimeoutMs = 30_000

export interface ProcessOptions {
  readonly command: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** `pipe`: an input that stays open and silent; default: none. */
  readonly stdin?: 'pipe'
  /** What the process prints, on either stream, when it can be used. */
  readonly readyText: string
  /** Default: 30 s. */
  readonly readyTimeoutMs?: number
}

/** How a process ended: its exit code, or the signal that killed it. */
export interface ProcessEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/**
 * A real process that a test started. It never outlives the test's own process; a test ends it
 * earlier by {@link kill} or {@link stop}.
 */
export class StartedProcess implements AsyncDisposable {
  /** Resolves when the process has ended and its output is complete. */
  readonly ended: Promise<ProcessEnd>
  readonly #child: ChildProcess
  readonly #outputListeners = new Set<() => void>()
  #output = ''
  #end: ProcessEnd | undefined

  private constructor(options: ProcessOptions) {
    const child = spawn(options.command, options.args, {
      stdio: [options.stdin ?? 'ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...options.env },
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    })
    this.#child = child
    const killAtExit = () => child.kill('SIGKILL')
    // Before the folders go that it writes to.
    process.prependOnceListener('exit', killAtExit)
    const keep = (chunk: string) => this.#keepOutput(chunk)
    child.stdout?.setEncoding('utf8').on('data', keep)
    child.stderr?.setEncoding('utf8').on('data', keep)
    this.ended = new Promise((resolve) => {
      const settle = (end: ProcessEnd) => {
        this.#end ??= end
        process.off('exit', killAtExit)
        this.#tellListeners()
        resolve(this.#end)
      }
      child.once('error', (error) => {
        this.#keepOutput(`${error.message}\n`)
        settle({ code: null, signal: null })
      })
      child.once('close', (code, signal) => settle({ code, signal }))
    })
  }

  /**
   * Starts a process and waits until it has printed `readyText`.
   * @throws Error with the output when it ends before, or is not ready in time (then killed)
   */
  static async start(options: ProcessOptions): Promise<StartedProcess> {
    const started = new StartedProcess(options)
    const ready = await started.#printed(
      options.readyText,
      options.readyTimeoutMs ?? readyTimeoutMs,
    )
    if (ready) return started
    await started.kill()
    const commandLine = [options.command, ...options.args].join(' ')
    throw new Error(`${commandLine}: not ready\n${started.output}`)
  }

  /** Runs a process that is expected to end by itself within 30 s. */
  static async run(
    options: Omit<ProcessOptions, 'readyText'>,
  ): Promise<ProcessEnd & { readonly output: string }> {
    const started = new StartedProcess({ ...options, readyText: '' })
    const timer = setTimeout(() => void started.kill(), readyTimeoutMs)
    const end = await started.ended
    clearTimeout(timer)
    return { ...end, output: started.output }
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  get running(): boolean {
    return this.#end === undefined
  }

  /** The last mebibyte that it printed, both streams in the order they came. */
  get output(): string {
    return this.#output
  }

  /** kill -9: no goodbye. Idempotent. */
  async kill(): Promise<ProcessEnd> {
    if (this.running) this.#child.kill('SIGKILL')
    return this.ended
  }

  /** Asks it to end (SIGTERM by default), and kills it where it does not in time (10 s by default). */
  async stop(signal: NodeJS.Signals = 'SIGTERM', timeoutMs = 10_000): Promise<ProcessEnd> {
    if (this.running) this.#child.kill(signal)
    const timer = setTimeout(() => void this.kill(), timeoutMs)
    const end = await this.ended
    clearTimeout(timer)
    return end
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
  }

  #printed(text: string, timeoutMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (result: boolean) => {
        clearTimeout(timer)
        this.#outputListeners.delete(look)
        resolve(result)
      }
      const look = () => {
        if (this.#output.includes(text)) settle(true)
        else if (!this.running) settle(false)
      }
      const timer = setTimeout(() => settle(false), timeoutMs)
      this.#outputListeners.add(look)
      look()
    })
  }

  #keepOutput(chunk: string): void {
    this.#output = (this.#output + chunk).slice(-keptOutputLength)
    this.#tellListeners()
  }

  #tellListeners(): void {
    for (const listener of [...this.#outputListeners]) listener()
  }
}
