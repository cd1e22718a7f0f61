import { orderedNumber, readOrderedNumber } from '../../base/bytes.js'
import { MetastoreError, messageOf } from '../../base/errors.js'
import type { LevelDatabase } from './level-database.js'
import type { RowChecksum } from './row-checksum.js'

/**
 * Begins the names of the engine's own rows. A byte string has no code unit above 255, so that no
 * caller can reach them, and callers' rows need no prefix.
 */
export const internalPrefix = '\u0100'

const endOfInternalRows = '\u0101'
const formatName = 'format'
const positionName = 'position'
const sequencePrefix = 'sequence/'
const formatText = 'metastore level engine 1'
/** Sequence rows kept; the trail of an empty database begins with as many. */
const trailLength = 64

/** The last batch: its number, and the position it brought the rows to. */
export interface BatchMark {
  readonly sequence: number
  readonly position: number
}

/** What batches are written through. */
interface RowWriter {
  put(key: string, value: Buffer): unknown
  del(key: string): unknown
}

/**
 * Writes the rows by which a lost batch shows. LevelDB skips a damaged record of its log silently.
 * Each batch adds its own sequence row and deletes the one {@link trailLength} before: a lost batch
 * leaves a hole while it is recent, and for ever after a row that nobody deleted.
 */
export function writeMark(writer: RowWriter, checksum: RowChecksum, mark: BatchMark): void {
  const { sequence } = mark
  putSequence(writer, checksum, mark)
  writer.del(internalPrefix + sequencePrefix + orderedNumber(sequence - trailLength))
  putInternal(writer, checksum, positionName, markText(mark))
}

/**
 * Reads the last mark; an empty database gets its first one.
 * @throws MetastoreError `data-corrupt` when a batch is missing, `data-directory-unusable` when the
 * rows are not ours
 */
export async function readTrail(
  database: LevelDatabase,
  checksum: RowChecksum,
  folder: string,
): Promise<BatchMark> {
  const rows = await readInternal(database, checksum, folder)
  if (rows.size === 0) {
    const [anyRow] = await database.keys({ limit: 1 }).all()
    if (anyRow === undefined) return await startTrail(database, checksum, 0)
    throw new MetastoreError(
      'data-directory-unusable',
      `data directory "${folder}" is a LevelDB that metastore has not written`,
    )
  }
  const format = rows.get(formatName)
  if (format === undefined) throw damaged(folder, 'the row that names the format is missing')
  if (format !== formatText) {
    throw new MetastoreError(
      'data-directory-unusable',
      `data directory "${folder}" has the format "${format}", which this version cannot read`,
    )
  }
  return checkTrail(rows, folder)
}

function checkTrail(rows: ReadonlyMap<string, string>, folder: string): BatchMark {
  const position = rows.get(positionName)
  if (position?.length !== 16) throw damaged(folder, 'the row that names the position is missing')
  const mark = {
    sequence: readOrderedNumber(position, 0),
    position: readOrderedNumber(position, 8),
  }
  for (let sequence = mark.sequence; sequence > mark.sequence - trailLength; sequence--) {
    if (rows.has(sequencePrefix + orderedNumber(sequence))) continue
    throw damaged(folder, `batch ${sequence} of ${mark.sequence} is missing`)
  }
  const expectedRows = trailLength + 2
  if (rows.size !== expectedRows) {
    throw damaged(folder, `a batch before batch ${mark.sequence} is missing`)
  }
  if (rows.get(sequencePrefix + orderedNumber(mark.sequence)) !== orderedNumber(mark.position)) {
    throw damaged(folder, `batch ${mark.sequence} does not belong to position ${mark.position}`)
  }
  return mark
}

/** The first mark of a database whose rows are at `position`. Durable when this resolves. */
export async function startTrail(
  database: LevelDatabase,
  checksum: RowChecksum,
  position: number,
): Promise<BatchMark> {
  const mark = { sequence: trailLength, position }
  const batch = database.batch()
  putInternal(batch, checksum, formatName, formatText)
  for (let sequence = 1; sequence <= trailLength; sequence++) {
    putSequence(batch, checksum, { sequence, position })
  }
  putInternal(batch, checksum, positionName, markText(mark))
  await batch.write({ sync: true })
  return mark
}

async function readInternal(
  database: LevelDatabase,
  checksum: RowChecksum,
  folder: string,
): Promise<ReadonlyMap<string, string>> {
  const rows = new Map<string, string>()
  const range = { gte: internalPrefix, lt: endOfInternalRows }
  try {
    for await (const [key, stored] of database.iterator(range)) {
      const name = key.slice(internalPrefix.length)
      rows.set(name, checksum.open(name, stored).toString('latin1'))
    }
  } catch (thrown) {
    throw damaged(folder, messageOf(thrown), thrown)
  }
  return rows
}

function putSequence(writer: RowWriter, checksum: RowChecksum, mark: BatchMark): void {
  const name = sequencePrefix + orderedNumber(mark.sequence)
  putInternal(writer, checksum, name, orderedNumber(mark.position))
}

function putInternal(writer: RowWriter, checksum: RowChecksum, name: string, text: string): void {
  writer.put(internalPrefix + name, checksum.seal(name, Buffer.from(text, 'latin1')))
}

function markText(mark: BatchMark): string {
  return orderedNumber(mark.sequence) + orderedNumber(mark.position)
}

function damaged(folder: string, what: string, cause?: unknown): MetastoreError {
  return new MetastoreError(
    'data-corrupt',
    `data directory "${folder}" is damaged: ${what}; restore this member from its peers or a backup`,
    { cause },
  )
}
