import { MetastoreError } from '../../base/errors.js'
import type { Configuration, Entry, HardState, SnapshotMetadata } from '../../raft/index.js'
import type { ByteReader } from './byte-reader.js'
import type { ByteWriter } from './byte-writer.js'
import type { LoggedConfiguration } from './raft-log.js'

/** What a write's payload is made of, one after another, each led by a byte that names its kind. */
const recordKind = {
  entry: 1,
  hardState: 2,
  snapshot: 3,
  /** Of an earlier version, which did not write the index. */
  bareConfiguration: 4,
  configuration: 5,
} as const

const entryKind = { normal: 0, configuration: 1 } as const

const entryHeaderBytes = 22

/** Takes what is read from a payload, in its order. */
export interface RecordVisitor {
  entry(entry: Entry): void
  hardState(hardState: HardState): void
  snapshot(snapshot: SnapshotMetadata): void
  configuration(configuration: LoggedConfiguration): void
}

export function writeEntry(writer: ByteWriter, entry: Entry): void {
  const { data } = entry
  writer.reserve(entryHeaderBytes + data.length)
  writer.byte(recordKind.entry)
  writer.byte(entryKind[entry.kind])
  writer.number(entry.index)
  writer.number(entry.term)
  writer.word(data.length)
  writer.raw(data)
}

export function writeHardState(writer: ByteWriter, hardState: HardState): void {
  writer.byte(recordKind.hardState)
  putHardState(writer, hardState)
}

export function writeSnapshot(writer: ByteWriter, snapshot: SnapshotMetadata): void {
  writer.byte(recordKind.snapshot)
  putSnapshot(writer, snapshot)
}

export function putSnapshot(writer: ByteWriter, snapshot: SnapshotMetadata): void {
  writer.number(snapshot.index)
  writer.number(snapshot.term)
  putConfiguration(writer, snapshot.configuration)
}

export function writeConfiguration(writer: ByteWriter, configuration: LoggedConfiguration): void {
  writer.byte(recordKind.configuration)
  writer.number(configuration.index)
  putConfiguration(writer, configuration)
}

/** Reads all records of a payload whose checksum was right. The entries' data are views into it. */
export function readRecords(reader: ByteReader, visitor: RecordVisitor): void {
  while (reader.left > 0) {
    const kind = reader.byte()
    if (kind === recordKind.entry) visitor.entry(takeEntry(reader))
    else if (kind === recordKind.hardState) visitor.hardState(takeHardState(reader))
    else if (kind === recordKind.snapshot) visitor.snapshot(takeSnapshot(reader))
    else if (kind === recordKind.configuration) {
      const index = reader.number()
      visitor.configuration({ ...takeConfiguration(reader), index })
    } else if (kind === recordKind.bareConfiguration) {
      visitor.configuration({ ...takeConfiguration(reader), index: 0 })
    } else throw new MetastoreError('log-corrupt')
  }
}

export function putHardState(writer: ByteWriter, hardState: HardState): void {
  writer.number(hardState.term)
  writer.id(hardState.vote)
  writer.number(hardState.commit)
}

export function takeHardState(reader: ByteReader): HardState {
  return { term: reader.number(), vote: reader.id(), commit: reader.number() }
}

export function putConfiguration(writer: ByteWriter, configuration: Configuration): void {
  const { voters, votersOutgoing, learners, learnersNext } = configuration
  for (const ids of [voters, votersOutgoing, learners, learnersNext]) {
    writer.word(ids.length)
    for (const id of ids) writer.id(id)
  }
  writer.byte(configuration.autoLeave ? 1 : 0)
}

export function takeConfiguration(reader: ByteReader): Configuration {
  return {
    voters: takeIds(reader),
    votersOutgoing: takeIds(reader),
    learners: takeIds(reader),
    learnersNext: takeIds(reader),
    autoLeave: reader.byte() === 1,
  }
}

function takeEntry(reader: ByteReader): Entry {
  const kind = reader.byte() === entryKind.configuration ? 'configuration' : 'normal'
  const index = reader.number()
  const term = reader.number()
  return { index, term, kind, data: reader.raw(reader.word()) }
}

export function takeSnapshot(reader: ByteReader): SnapshotMetadata {
  return {
    index: reader.number(),
    term: reader.number(),
    configuration: takeConfiguration(reader),
  }
}

function takeIds(reader: ByteReader): bigint[] {
  const count = reader.word()
  const ids: bigint[] = []
  for (let index = 0; index < count; index++) ids.push(reader.id())
  return ids
}
