import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Clock } from '../../src/base/clock.js'
import { ScratchFile } from '../../src/engine/index.js'

const room = 1024 * 1024

/** Time goes on by `stepMs` whenever somebody looks. */
class SteppingClock implements Clock {
  stepMs = 0
  #nowMs = 0

  nowMs(): number {
    this.#nowMs += this.stepMs
    return this.#nowMs
  }

  pass(milliseconds: number): void {
    this.#nowMs += milliseconds
  }

  schedule(): never {
    throw new Error('nothing waits')
  }
}

describe('a scratch file', () => {
  let folder: string
  let clock: SteppingClock
  let file: ScratchFile

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'metastore-scratch-'))
    clock = new SteppingClock()
    file = await ScratchFile.open(join(folder, 'scratch'), room, clock)
  })

  afterEach(async () => {
    await file.close()
    await rm(folder, { recursive: true })
  })

  test('has no name, and is as large as was allowed', async () => {
    expect(await readdir(folder)).toEqual([])
    expect(file.sizeBytes).toBe(room)
  })

  test('takes no more than a quarter of what is free', async () => {
    const huge = await ScratchFile.open(join(folder, 'huge'), Number.MAX_SAFE_INTEGER, clock)
    expect(huge.sizeBytes).toBeLessThan(Number.MAX_SAFE_INTEGER)
    expect(huge.sizeBytes).toBeGreaterThan(0)
    await huge.close()
  })

  test('answers what was written, piece by piece or as a whole', async () => {
    const pieces = ['one ', 'two ', 'three'].map((text) => Buffer.from(text))
    await file.write(1_000, pieces)
    const whole = Buffer.alloc(13)
    expect(file.read(1_000, whole, file.checksum(Buffer.concat(pieces)))).toBe('done')
    expect(whole.toString()).toBe('one two three')
    const second = Buffer.alloc(4)
    expect(file.read(1_004, second, file.checksum(Buffer.from('two ')))).toBe('done')
  })

  test('says so when other bytes are there, or none', async () => {
    await file.write(0, [Buffer.from('something')])
    const target = Buffer.alloc(9)
    expect(file.read(0, target, file.checksum(Buffer.from('another..')))).toBe('lost')
    expect(file.read(room / 2, target, file.checksum(target))).toBe('lost')
  })

  test('is left alone for a while when reads are slow, and asked again after it', async () => {
    const bytes = Buffer.from('something')
    await file.write(0, [bytes])
    const read = () => file.read(0, Buffer.alloc(9), file.checksum(bytes))
    clock.stepMs = 20
    for (let time = 0; time < 3; time++) expect(read()).toBe('done')
    for (let time = 0; time < 10; time++) read()
    clock.stepMs = 0
    expect(read()).toBe('slow')
    clock.pass(10_000)
    expect(read()).toBe('done')
  })

  test('closes when all that is being written has been', async () => {
    let isWritten = false
    const pieces = Array.from({ length: 64 * 1024 }, () => Buffer.alloc(256))
    const large = file.write(0, pieces).then(() => {
      isWritten = true
    })
    await file.write(0, [Buffer.from('something')])
    await file.close()
    expect(isWritten).toBe(true)
    await large
  })

  test('keeps nothing once it is abandoned or closed', async () => {
    const bytes = Buffer.from('something')
    await file.write(0, [bytes])
    file.abandon()
    expect(file.read(0, Buffer.alloc(9), file.checksum(bytes))).toBe('lost')
    await expect(file.write(0, [bytes])).rejects.toMatchObject({ code: 'server-stopped' })
    await file.close()
    await file.close()
    expect(file.read(0, Buffer.alloc(9), file.checksum(bytes))).toBe('lost')
  })
})
