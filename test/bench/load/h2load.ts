import { execFile } from 'node:child_process'
import { createReadStream, existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { temporaryFolder } from '../../support/temporary-folder.js'
import type { Measurement, RunTime } from '../measurement.js'
import { FrameConnection } from './frame-connection.js'
import { Latencies } from './latencies.js'

const run = promisify(execFile)
/** The log of many calls would keep the disk busy that the servers sync to. */
const memoryFolder = '/dev/shm'
const grpcHeaderBytes = 5
const tab = 0x09
const newLine = 0x0a
const zero = 0x30

export interface H2loadOptions extends RunTime {
  readonly port: number
  readonly path: string
  readonly message: Buffer
  readonly connections: number
  readonly streams: number
}

/**
 * Calls a second that h2load measured, with latencies. @throws Error when calls failed on the HTTP
 * level, or so many on that of gRPC that the answers are too short altogether
 */
export async function h2load(options: H2loadOptions): Promise<Measurement> {
  await using folder = await temporaryFolder(
    'bench',
    existsSync(memoryFolder) ? memoryFolder : undefined,
  )
  const answerBytes = await oneAnswerBytes(options)
  const body = join(folder.path, 'message')
  const log = join(folder.path, 'log')
  const length = Buffer.alloc(grpcHeaderBytes)
  length.writeUInt32BE(options.message.length, 1)
  await writeFile(body, Buffer.concat([length, options.message]))
  const { stdout } = await run('h2load', [
    ...['-c', `${options.connections}`, '-m', `${options.streams}`],
    ...['-D', `${options.measureSeconds}`, `--warm-up-time=${options.warmUpSeconds}`],
    ...['-d', body, '-H', 'content-type: application/grpc', '-H', 'te: trailers'],
    `--log-file=${log}`,
    `http://127.0.0.1:${options.port}${options.path}`,
  ])
  const figure = readReport(stdout, answerBytes)
  return { figure, latency: (await readLog(createReadStream(log))).summary() }
}

/** The third column of h2load's log: microseconds of each call after the warm-up. */
export async function readLog(log: AsyncIterable<Buffer>): Promise<Latencies> {
  const latencies = new Latencies()
  let column = 0
  let microseconds = 0
  for await (const bytes of log) {
    for (const byte of bytes) {
      if (byte === tab) column++
      else if (byte === newLine) {
        latencies.record(microseconds / 1000)
        column = 0
        microseconds = 0
      } else if (column === 2) microseconds = microseconds * 10 + byte - zero
    }
  }
  return latencies
}

function readReport(report: string, answerBytes: number): number {
  const rate = /finished in [^,]+, ([\d.]+) req\/s/.exec(report)?.[1]
  const bad = /(\d+) failed, (\d+) errored, (\d+) timeout/.exec(report)
  const done = /(\d+) done/.exec(report)?.[1]
  const data = /\((\d+)\) data/.exec(report)?.[1]
  if (rate === undefined || bad === null) throw new Error(`h2load printed no figures:\n${report}`)
  const [, failed, errored, timedOut] = bad.map(Number)
  if (failed || errored || timedOut) throw new Error(`h2load had failures:\n${report}`)
  // A call that gRPC calls failed has trailers only.
  if (Number(data) < Number(done) * answerBytes) throw new Error(`calls failed:\n${report}`)
  return Number(rate)
}

/** Makes the call once, and answers how long its message is. */
async function oneAnswerBytes({ port, path, message }: H2loadOptions): Promise<number> {
  let bytes = 0
  let settle: (answered: boolean) => void = () => {}
  const ended = new Promise<boolean>((resolve) => {
    settle = resolve
  })
  const connection = await FrameConnection.open(port, {
    ended: (_streamId, answered) => settle(answered),
    data: (_streamId, data) => {
      bytes += data.length
    },
  })
  try {
    connection.call(path, message, true)
    if (!(await ended)) throw new Error(`${path} failed`)
    return bytes
  } finally {
    connection.close()
  }
}
