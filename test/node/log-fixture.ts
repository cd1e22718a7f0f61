import { seededRandom } from '../../src/base/random.js'
import { type FileLogOptions, openFileLog } from '../../src/node/log/open-log.js'
import type { LogWrite } from '../../src/node/log/raft-log.js'
import { configurationOf, type Entry } from '../../src/raft/index.js'
import type { MemoryFiles } from './memory-files.js'

export const directory = '/log'

export function segmentName(sequence: number): string {
  return `${directory}/${sequence.toString(16).padStart(16, '0')}.log`
}

export function openLog(fileSystem: MemoryFiles, options: Partial<FileLogOptions> = {}) {
  return openFileLog({
    fileSystem,
    directory,
    groupId: 1n,
    memberId: 7n,
    configuration: configurationOf([7n]),
    applied: 0,
    behind: { entries: 0, bytes: 0 },
    random: seededRandom(1),
    segmentBytes: 8192,
    ...options,
  })
}

export function entry(index: number, term = 1, text = `entry ${index} of term ${term}`): Entry {
  return { index, term, kind: 'normal', data: Buffer.from(text) }
}

/** Entries `first` to `last` of one term, each with `bytes` of data that has no zero in it. */
export function entries(first: number, last: number, term = 1, bytes = 20): Entry[] {
  const found: Entry[] = []
  for (let index = first; index <= last; index++) {
    found.push(entry(index, term, `${index}.${term}.`.padEnd(bytes, 'x')))
  }
  return found
}

export function write(written: Partial<LogWrite>): LogWrite {
  return {
    snapshot: undefined,
    entries: [],
    hardState: undefined,
    configuration: undefined,
    mustSync: true,
    ...written,
  }
}

/** What of entries is stored. */
export function plain(found: readonly Entry[]) {
  return found.map(({ index, term, kind, data }) => ({
    index,
    term,
    kind,
    text: Buffer.from(data).toString(),
  }))
}
