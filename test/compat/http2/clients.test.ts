import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hostDifferences } from '../../support/host-differences.js'
import { testHost } from '../../support/hosts.js'
import { type ServerProcess, startMember } from '../../support/member-process.js'
import { type TemporaryFolder, temporaryFolder } from '../../support/temporary-folder.js'

const run = promisify(execFile)
const grpcHeaders = ['-H', 'content-type: application/grpc', '-H', 'te: trailers']
/** A range of the key `foo`, and a put of 100,000 bytes to it, as they stand in the body of a call. */
const range = Buffer.from('00000000050a03666f6f', 'hex')
const put = Buffer.concat([
  Buffer.from('00000186a90a03666f6f12a08d06', 'hex'),
  Buffer.alloc(100_000),
])

describe('HTTP/2 clients that are no gRPC clients', () => {
  let folder: TemporaryFolder
  let server: ServerProcess
  let rangeFile: string
  let putFile: string

  beforeAll(async () => {
    folder = await temporaryFolder('http2-clients')
    server = await startMember({ engine: 'memory', dataDirectory: `${folder.path}/data` })
    rangeFile = `${folder.path}/range`
    putFile = `${folder.path}/put`
    await writeFile(rangeFile, range)
    await writeFile(putFile, put)
  })

  afterAll(async () => {
    await server?.process.stop()
    await folder?.remove()
  })

  function url(method: string): string {
    return `http://${server.endpoint}/etcdserverpb.KV/${method}`
  }

  test('curl puts a large value and reads it back', async () => {
    const curl = ['-sS', '--http2-prior-knowledge', '-D', '-', ...grpcHeaders]
    const done = await run('curl', [...curl, '--data-binary', `@${putFile}`, url('Put')])
    expect(done.stdout).toContain('HTTP/2 200')
    expect(done.stdout).toContain('grpc-status: 0')
    const read = await run('curl', [...curl, '--data-binary', `@${rangeFile}`, url('Range')])
    expect(read.stdout.length).toBeGreaterThan(100_000)
    expect(read.stdout).toContain('grpc-status: 0')
  })

  test('curl hears in words of HTTP that this is no call', async () => {
    const { stdout } = await run('curl', [
      '-sS',
      '--http2-prior-knowledge',
      '-D',
      '-',
      url('Range'),
    ])
    expect(stdout).toContain(`HTTP/2 ${hostDifferences.noCallAtAll[testHost]}`)
  })

  test.each([
    ['plain', []],
    ['with padding', ['--padding=200']],
    ['with small windows', ['--window-bits=3', '--connection-window-bits=3']],
    ['with a small table', ['--header-table-size=0']],
    ['many times', ['--multiply=50']],
    ['with CONTINUATION', ['--continuation']],
  ])('nghttp reads it back %s', async (_name, flags) => {
    const { stdout } = await run(
      'nghttp',
      ['--null-out', '--verbose', ...grpcHeaders, ...flags, `--data=${rangeFile}`, url('Range')],
      { maxBuffer: 100_000_000 },
    )
    expect(stdout).toContain('grpc-status: 0')
    expect(stdout).not.toMatch(/RST_STREAM|error_code=(?!NO_ERROR)|error=\w/)
  })

  test.each([
    ['one stream at a time', ['-n', '200', '-c', '2', '-m', '1']],
    ['many streams at once', ['-n', '2000', '-c', '5', '-m', '100']],
    ['small windows', ['-n', '50', '-c', '2', '-m', '10', '-w', '10', '-W', '10']],
  ])('h2load reads it back, %s', async (_name, flags) => {
    const counts = ['--threads=1', ...grpcHeaders, ...flags, `--data=${rangeFile}`]
    const { stdout } = await run('h2load', [...counts, url('Range')])
    expect(stdout).toMatch(/ 0 failed, 0 errored, 0 timeout/)
    expect(stdout).toMatch(/status codes: (\d+) 2xx, 0 3xx, 0 4xx, 0 5xx/)
  })
})
