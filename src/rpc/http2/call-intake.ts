import type { Http2Stream, RequestHead } from '../../http2/index.js'
import type { RunningCalls } from '../calls/running-calls.js'
import type { RouteTable } from '../route-table.js'
import { Http2Call, type Http2CallSettings } from './http2-call.js'
import { type Reception, receive } from './reception.js'

export interface CallIntakeParts {
  readonly routes: RouteTable
  readonly calls: RunningCalls
  readonly settings: Http2CallSettings
  /** The address at the other end of the connection. */
  readonly peer: string
}

/** Makes calls of the requests of one connection. */
export class CallIntake {
  readonly #parts: CallIntakeParts
  /** Clients repeat themselves, and equal heads are mostly one object: it is looked at once. */
  #lastHead: RequestHead | undefined
  #lastReception: Reception | undefined

  constructor(parts: CallIntakeParts) {
    this.#parts = parts
  }

  begin(stream: Http2Stream, head: RequestHead): void {
    const { calls, settings, peer } = this.#parts
    const reception = this.#receptionOf(head)
    if (reception.terms === undefined) {
      stream.respond(reception.refusal, true)
      return
    }
    const call = new Http2Call(stream, reception.terms, peer, settings)
    call.start(calls.create(reception.terms.route, call))
  }

  #receptionOf(head: RequestHead): Reception {
    if (head === this.#lastHead && this.#lastReception !== undefined) return this.#lastReception
    const reception = receive(head, this.#parts.routes)
    this.#lastHead = head
    this.#lastReception = reception
    return reception
  }
}
