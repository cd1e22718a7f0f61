import { subOf } from '../rows/record.js'
import type { RecordSkim } from '../rows/record-skim.js'

/** What a put has to know of the key's last put. */
export interface KeyFact {
  readonly createRevision: number
  readonly modRevision: number
  readonly version: number
  /** The put's place within its request. */
  readonly sub: number
}

/** Numbers from here on do not fit an entry: revisions, versions, places within a request. */
const revisionBound = 2 ** 48
const versionBound = 2 ** 32
const wordBound = 2 ** 32
const subBound = 2 ** 16

/** Bytes of what {@link writeFact} writes. */
export const factBytes = 18

/** Of the put that wrote the current record; undefined: the key has a lease, and a put has to know more. */
export function factOf(record: Buffer, skim: RecordSkim): KeyFact | undefined {
  skim.read(record)
  if (skim.hasLease) return undefined
  const { createRevision, modRevision, version } = skim
  return { createRevision, modRevision, version, sub: subOf(record) }
}

export function fits({ modRevision, version, sub }: KeyFact): boolean {
  return modRevision < revisionBound && version < versionBound && sub < subBound
}

/** `fact` fits. */
export function writeFact(view: DataView, at: number, fact: KeyFact): void {
  writeRevision(view, at, fact.createRevision)
  writeRevision(view, at + 6, fact.modRevision)
  view.setUint32(at + 12, fact.version)
  view.setUint16(at + 16, fact.sub)
}

export function readFact(view: DataView, at: number): KeyFact {
  return {
    createRevision: readRevision(view, at),
    modRevision: readRevision(view, at + 6),
    version: view.getUint32(at + 12),
    sub: view.getUint16(at + 16),
  }
}

function writeRevision(view: DataView, at: number, revision: number): void {
  view.setUint16(at, revision / wordBound)
  view.setUint32(at + 2, revision >>> 0)
}

function readRevision(view: DataView, at: number): number {
  return view.getUint16(at) * wordBound + view.getUint32(at + 2)
}
