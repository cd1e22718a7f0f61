import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const grpcHeaderBytes = 5

export interface H2loadOptions {
  readonly port: number
  readonly path: string
  readonly message: Buffer
  readonly connections: number
  readonly streams: number
  readonly warmUpSeconds: number
  readonly measureSeconds: number
}

/** Calls a second that h2load measured. @throws Error when any call failed on the HTTP level */
export async function h2load(options: H2loadOptions): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'metastore-bench-'))
  try {
    const body = join(folder, 'message')
    const length = Buffer.alloc(grpcHeaderBytes)
    length.writeUInt32BE(options.message.length, 1)
    await writeFile(body, Buffer.concat([length, options.message]))
    const { stdout } = await run('h2load', [
      ...['-c', `${options.connections}`, '-m', `${options.streams}`],
      ...['-D', `${options.measureSeconds}`, `--warm-up-time=${options.warmUpSeconds}`],
      ...['-d', body, '-H', 'content-type: application/grpc', '-H', 'te: trailers'],
      `http://127.0.0.1:${options.port}${options.path}`,
    ])
    return readReport(stdout)
  } finally {
    await rm(folder, { recursive: true })
  }
}

function readReport(report: string): number {
  const rate = /finished in [^,]+, ([\d.]+) req\/s/.exec(report)?.[1]
  const bad = /(\d+) failed, (\d+) errored, (\d+) timeout/.exec(report)
  if (rate === undefined || bad === null) throw new Error(`h2load printed no figures:\n${report}`)
  const [, failed, errored, timedOut] = bad.map(Number)
  if (failed || errored || timedOut) throw new Error(`h2load had failures:\n${report}`)
  return Number(rate)
}
