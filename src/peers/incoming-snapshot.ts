import { crc32c } from '../base/crc32c.js'
import { MetastoreError } from '../base/errors.js'
import type { PeerSnapshotHead, PeerSnapshotPiece } from '../wire/index.js'

/**
 * What must come first.
 * @throws MetastoreError `malformed-message`
 */
export async function headIn(pieces: AsyncIterator<PeerSnapshotPiece>): Promise<PeerSnapshotHead> {
  const { done, value } = await pieces.next()
  if (done === true || value.head === undefined) throw malformed('a snapshot without a head')
  return value.head
}

/**
 * The data behind the head, all of it or none of its end.
 * @throws MetastoreError `data-corrupt` when something is missing or was changed on the way
 */
export async function* dataIn(pieces: AsyncIterator<PeerSnapshotPiece>): AsyncGenerator<Buffer> {
  let checksum = 0
  let totalBytes = 0
  for (;;) {
    const { done, value } = await pieces.next()
    if (done === true) throw damaged('it ends too soon')
    const { data: piece, end } = value
    if (end !== undefined) {
      if (end.totalBytes !== totalBytes) throw damaged('some of it is missing')
      return
    }
    if (piece === undefined) throw malformed('a piece of a snapshot without content')
    checksum = crc32c(piece.data, checksum)
    totalBytes += piece.data.length
    if (checksum !== piece.checksum) throw damaged('it has another checksum')
    yield piece.data
  }
}

function malformed(what: string): MetastoreError {
  return new MetastoreError('malformed-message', `malformed message: ${what}`)
}

function damaged(how: string): MetastoreError {
  return new MetastoreError('data-corrupt', `a snapshot was damaged on the way: ${how}`)
}
