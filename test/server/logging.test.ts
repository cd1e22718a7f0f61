import { describe, expect, test } from 'vitest'
import { MetastoreError } from '../../src/base/errors.js'
import type { Logger } from '../../src/base/logger.js'
import { silentLogger } from '../../src/base/logger.js'
import { type LoggingOptions, openLogger } from '../../src/server/logging.js'

async function linesOf(
  options: Partial<LoggingOptions> & { readonly isTTY?: boolean },
  work: (logger: Logger) => void,
): Promise<string[]> {
  const lines: string[] = []
  const destination = {
    write: (line: string) => void lines.push(line),
    isTTY: options.isTTY ?? false,
  }
  work(await openLogger({ level: 'info', format: undefined, ...options, destination }))
  return lines
}

function everyLevel(logger: Logger): void {
  logger.debug('d')
  logger.info('i')
  logger.warn('w')
  logger.error('e')
  logger.fatal('f')
}

describe('json', () => {
  test('a line is an object with the names etcd uses', async () => {
    const [line = ''] = await linesOf({}, (logger) =>
      logger.info('hello', { count: 3, id: 2n ** 63n }),
    )
    expect(line).toMatch(/^\{"level":"info","ts":"\d{4}-\d\d-\d\dT[0-9:.]+Z",.*"msg":"hello"\}\n$/)
    expect(line).toContain('"count":3,"id":9223372036854775808')
  })

  test('fields given once stand in every line', async () => {
    const lines = await linesOf({}, (logger) => logger.with({ room: 'node' }).warn('x', { a: 1 }))
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ room: 'node', a: 1, msg: 'x' })
  })

  test('a known error is written in its words, an unexpected one with its stack', async () => {
    const lines = await linesOf({}, (logger) => {
      logger.error('x', { error: new MetastoreError('no-leader') })
      logger.error('x', { error: new TypeError('surprise') })
    })
    const [known, unexpected] = lines.map((line) => JSON.parse(line).error)
    expect(known).toBe('etcdserver: no leader')
    expect(unexpected).toMatch(/^TypeError: surprise\n +at /)
  })
})

test.each([
  ['debug', ['d', 'i', 'w', 'e', 'f']],
  ['info', ['i', 'w', 'e', 'f']],
  ['warn', ['w', 'e', 'f']],
  ['error', ['e', 'f']],
  ['panic', ['f']],
  ['fatal', ['f']],
] as const)('level %s lets through %s', async (level, messages) => {
  const lines = await linesOf({ level }, everyLevel)
  expect(lines.map((line) => JSON.parse(line).msg)).toEqual(messages)
})

describe('console', () => {
  test('is a line for people, without colours where there is no terminal', async () => {
    const [line] = await linesOf({ format: 'console' }, (logger) => logger.info('hi', { a: 1 }))
    expect(line).toMatch(/^\[\d{4}-\d\d-\d\d [0-9:.]+\] INFO: hi \{"a":1\}\n$/)
  })

  test('is chosen on a terminal unless json is asked for', async () => {
    const say = (logger: Logger) => logger.info('hi')
    expect((await linesOf({ isTTY: true }, say))[0]).toMatch(/^\[/)
    expect((await linesOf({ isTTY: true, format: 'json' }, say))[0]).toMatch(/^\{/)
  })
})

test('the silent logger says nothing, and neither do its kin', () => {
  everyLevel(silentLogger)
  expect(silentLogger.with({ a: 1 })).toBe(silentLogger)
})
