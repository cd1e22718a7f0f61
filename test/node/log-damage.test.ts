import { expect, test } from 'vitest'
import { messageOf } from '../../src/base/errors.js'
import { directory, entries, openLog, plain, segmentName, write } from './log-fixture.js'
import { MemoryFiles } from './memory-files.js'

const count = 7
const sectorBytes = 512

/** Two segments; every entry was acknowledged, and there was no orderly close. */
async function smallLog(): Promise<MemoryFiles> {
  const files = new MemoryFiles()
  const { log } = await openLog(files)
  for (let index = 1; index <= count; index++) {
    const hardState = { term: 2, vote: 7n, commit: index - 1 }
    await log.append(write({ entries: entries(index, index, 2, 700), hardState }))
  }
  const image = files.copy()
  await image.remove(`${directory}/next.tmp`)
  return image
}

const expected = plain(entries(1, count, 2, 700))

/** Undefined when all that was acknowledged is there or the error names file and offset. */
async function problemOf(image: MemoryFiles, path: string): Promise<string | undefined> {
  try {
    const { log, recovered } = await openLog(image)
    const found = plain(recovered.entries)
    await log.close()
    const whole = JSON.stringify(found) === JSON.stringify(expected)
    return whole ? undefined : `${path}: ${found.length} entries came back`
  } catch (error) {
    const message = messageOf(error)
    const named = message.includes(directory) && /at offset \d+/.test(message)
    return named ? undefined : `${path}: ${message}`
  }
}

test('a flip in any byte loses nothing silently', async () => {
  const files = await smallLog()
  const problems: string[] = []
  for (const path of files.paths) {
    for (let at = 0; at < files.bytes(path).length; at++) {
      const image = files.copy()
      const damaged = image.bytes(path)
      damaged[at] = (damaged[at] ?? 0) ^ (1 << (at % 8))
      const problem = await problemOf(image, `${path} flipped at ${at}`)
      if (problem !== undefined) problems.push(problem)
    }
  }
  expect(problems).toEqual([])
})

test('a file cut at any byte is refused by name', async () => {
  const files = await smallLog()
  for (const path of files.paths) {
    for (let length = 0; length < files.bytes(path).length; length++) {
      const image = files.copy()
      image.set(path, files.bytes(path).subarray(0, length))
      const message = await openLog(image).then(() => 'it opened', messageOf)
      if (!message.includes(path) || !/at offset \d+/.test(message)) {
        throw new Error(`${path} cut at ${length}: ${message}`)
      }
    }
  }
})

/** The log with one more write of 2,000 bytes that was never acknowledged, and its place. */
async function withLastWrite() {
  const files = await smallLog()
  const whole = files.copy()
  const { log } = await openLog(whole)
  whole.trace.length = 0
  await log.append(write({ entries: entries(count + 1, count + 1, 2, 2000) }))
  const path = segmentName(2)
  const step = whole.trace.find((one) => one.startsWith(`write ${path}`)) ?? ''
  const [, , position, length] = step.split(' ')
  const start = Number(position)
  return {
    before: files,
    path,
    start,
    written: whole.bytes(path).subarray(start, start + Number(length)),
  }
}

async function recoveredWith(image: MemoryFiles) {
  const { log, recovered } = await openLog(image)
  await log.append(write({ entries: entries(count + 1, count + 1, 3) }))
  await log.close()
  const again = await openLog(image)
  expect(plain(again.recovered.entries).slice(0, count)).toEqual(expected)
  expect(plain(again.recovered.entries).at(-1)).toEqual(plain(entries(count + 1, count + 1, 3))[0])
  return recovered
}

test('a last write cut short at any byte is cut off and reported; the log goes on from there', async () => {
  const { before, path, start, written } = await withLastWrite()
  for (let length = 1; length < written.length; length++) {
    const image = before.copy()
    written.copy(image.bytes(path), start, 0, length)
    const { tornTail } = await recoveredWith(image)
    expect(tornTail).toEqual({ file: path, offset: start })
  }
})

test('the sectors of a last write may be on the disk in any combination', async () => {
  const { before, path, start, written } = await withLastWrite()
  const first = Math.floor(start / sectorBytes)
  const last = Math.floor((start + written.length - 1) / sectorBytes)
  const sectors = last - first + 1
  for (let kept = 1; kept < 2 ** sectors - 1; kept++) {
    const image = before.copy()
    for (let sector = 0; sector < sectors; sector++) {
      if ((kept & (1 << sector)) === 0) continue
      const from = Math.max(start, (first + sector) * sectorBytes)
      const to = Math.min(start + written.length, (first + sector + 1) * sectorBytes)
      written.copy(image.bytes(path), from, from - start, to - start)
    }
    const { tornTail } = await recoveredWith(image)
    expect(tornTail).toEqual({ file: path, offset: start })
  }
})

test('sectors lost from a write that a later one names as synced are damage, not a torn tail', async () => {
  const files = await smallLog()
  const path = segmentName(2)
  const bytes = files.bytes(path)
  bytes.fill(0, 4096, 4096 + sectorBytes)
  await expect(openLog(files)).rejects.toThrow(
    /0002\.log at offset 4096: it was on the disk before the write at offset \d+ began/,
  )
})

test('after an orderly close even the loss of the last entry is noticed', async () => {
  const files = new MemoryFiles()
  const { log } = await openLog(files)
  await log.append(write({ entries: entries(1, 1) }))
  await log.close()
  files.bytes(segmentName(1)).fill(0, 4096, 4096 + 40)
  await expect(openLog(files)).rejects.toMatchObject({ code: 'log-corrupt' })
})
