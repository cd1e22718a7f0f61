import type { CancelSignal } from '../base/cancel-signal.js'
import { MetastoreError } from '../base/errors.js'
import { readGivenUp } from '../base/given-up.js'
import type { RangePiece, RangePieces } from '../mvcc/index.js'
import type { RaftNode } from '../node/index.js'
import { type RangeRequest, RangeResponse } from '../wire/index.js'
import type { Headers } from './headers.js'
import type { ReplicatedState } from './replicated-state.js'
import { checkRangeStream } from './request-checks.js'
import type { CallOptions } from './store.js'

/** The keys of one response: few enough that a turn of the event loop stays short. */
const pieceSize = { maxKeys: 1000, maxBytes: 1024 * 1024 }

/** Each open one holds a piece and a view of the engine, for as long as its reader takes. */
const maxOpenStreams = 100

interface RangeStreamsParts {
  readonly state: ReplicatedState
  readonly node: RaftNode
  readonly headers: Headers
  /** Lets other work of the process go on. */
  readonly nextTurn: () => Promise<void>
}

/** Ranges that are answered piece by piece, at their readers' pace. */
export class RangeStreams {
  readonly #parts: RangeStreamsParts
  #openCount = 0

  constructor(parts: RangeStreamsParts) {
    this.#parts = parts
  }

  /** As {@link Store.rangeStream}. */
  async *read(
    request: RangeRequest,
    options: CallOptions = {},
  ): AsyncGenerator<RangeResponse, void> {
    checkRangeStream(request)
    if (this.#openCount >= maxOpenStreams) throw new MetastoreError('too-many-requests')
    this.#openCount++
    try {
      if (!request.serializable) await this.#parts.node.readIndex(options)
      const pieces = this.#parts.state.keyValues.rangePieces(request, pieceSize)
      try {
        yield* this.#respond(pieces, options.signal)
      } finally {
        pieces.close()
      }
    } finally {
      this.#openCount--
    }
  }

  async *#respond(
    pieces: RangePieces,
    signal: CancelSignal | undefined,
  ): AsyncGenerator<RangeResponse, void> {
    for (;;) {
      if (signal?.aborted) throw readGivenUp(signal.reason)
      const piece = await pieces.next()
      if (piece === undefined) return
      yield this.#responseOf(piece, pieces.revision)
      if (piece.end === undefined) await this.#parts.nextTurn()
    }
  }

  #responseOf({ keyValues: kvs, end }: RangePiece, revision: number): RangeResponse {
    if (end === undefined) return RangeResponse.create({ kvs })
    const { more, count } = end
    return RangeResponse.create({ header: this.#parts.headers.at(revision), kvs, more, count })
  }
}
