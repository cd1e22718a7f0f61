import { execFile } from 'node:child_process'
import { StartedProcess } from '../../support/started-process.js'

const commandTimeoutMs = 20_000

/** One command as a reader would see it: what was typed, what came out. */
export interface TranscriptEntry {
  readonly command: string
  readonly exitCode: number
  readonly stdout: string
  /** What etcdctl says of a failure, without the lines its client library logs. */
  readonly errors: string
}

/** Runs etcdctl against one server and writes down what it prints. */
export class Etcdctl {
  readonly transcript: TranscriptEntry[] = []
  readonly #endpoint: string

  constructor(endpoint: string) {
    this.#endpoint = endpoint
  }

  /** Runs a command to its end and answers what it printed on stdout. */
  async run(args: readonly string[], input = ''): Promise<string> {
    const entry = await new Promise<TranscriptEntry>((resolve) => {
      const child = execFile(
        'etcdctl',
        this.#arguments(args),
        { env: environment(), timeout: commandTimeoutMs, killSignal: 'SIGKILL' },
        (error, stdout, stderr) => {
          const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : -1
          resolve({ command: commandLine(args), exitCode, stdout, errors: withoutLogs(stderr) })
        },
      )
      // A command that does not read its input may have ended before it is written.
      child.stdin?.on('error', () => undefined).end(input)
    })
    this.transcript.push(entry)
    return entry.stdout
  }

  /** Runs a command that has no end, until it has printed `lastText`. */
  async runUntil(args: readonly string[], lastText: string): Promise<void> {
    await using started = await StartedProcess.start({
      command: 'etcdctl',
      args: this.#arguments(args),
      env: environment(),
      readyText: lastText,
    })
    await started.kill()
    const stdout = started.output
    this.transcript.push({ command: commandLine(args), exitCode: 0, stdout, errors: '' })
  }

  #arguments(args: readonly string[]): string[] {
    return [`--endpoints=${this.#endpoint}`, ...args]
  }
}

function environment(): Record<string, string> {
  return { PATH: process.env.PATH ?? '', ETCDCTL_API: '3' }
}

function commandLine(args: readonly string[]): string {
  return ['etcdctl', ...args.map((word) => JSON.stringify(word))].join(' ')
}

function withoutLogs(stderr: string): string {
  return stderr
    .split('\n')
    .filter((line) => !line.startsWith('{"level"'))
    .join('\n')
}
