import { FrameClient, type Response } from '../../http2/frame-client.js'
import { data, type Field, headers } from '../../http2/frames.js'
import { framed } from '../text-service.js'

/** The header fields of a gRPC call, with others in place of some. */
export function callFields(path: string, changes: Readonly<Record<string, string>> = {}): Field[] {
  const usual = {
    ':method': 'POST',
    ':scheme': 'http',
    ':path': path,
    ':authority': 'localhost',
    'content-type': 'application/grpc',
    te: 'trailers',
  }
  return Object.entries({ ...usual, ...changes })
}

/** How a call ended, wherever the response says it. */
export interface Ending {
  readonly httpStatus: string | undefined
  readonly code: number
  readonly message: string | undefined
  /** The same as it travelled, percent-encoded. */
  readonly encodedMessage: string | undefined
  /** The messages of the response, one after another. */
  readonly messages: readonly string[]
}

/** Calls with bytes of a test's choice. */
export class RawCaller {
  readonly client: FrameClient
  #nextId = 1

  private constructor(client: FrameClient) {
    this.client = client
  }

  static async connect(port: number): Promise<RawCaller> {
    return new RawCaller(await FrameClient.open(port))
  }

  /** Begins a call and answers its stream's id. */
  begin(path: string, changes?: Readonly<Record<string, string>>): number {
    const id = this.#nextId
    this.#nextId += 2
    this.client.send(headers(id, { fields: callFields(path, changes) }))
    return id
  }

  /** A call with a body in one DATA frame. */
  async call(
    path: string,
    body: Buffer | string,
    changes?: Readonly<Record<string, string>>,
  ): Promise<Ending> {
    const id = this.begin(path, changes)
    this.client.send(data(id, typeof body === 'string' ? framed(body) : body, true))
    return this.ending(id)
  }

  async ending(id: number): Promise<Ending> {
    return endingOf(await this.client.response(id))
  }
}

function endingOf({ fields, trailers, body }: Response): Ending {
  const last = { ...fields, ...trailers }
  const encodedMessage = last['grpc-message']
  const messages: string[] = []
  for (let at = 0; at < body.length; ) {
    const end = at + 5 + body.readUInt32BE(at + 1)
    messages.push(body.subarray(at + 5, end).toString())
    at = end
  }
  return {
    httpStatus: fields[':status'],
    code: Number(last['grpc-status'] ?? Number.NaN),
    message: encodedMessage === undefined ? undefined : decodeURIComponent(encodedMessage),
    encodedMessage,
    messages,
  }
}

/** A message whose head says what a test wants it to. */
export function flagged(flag: number, bytes: Buffer): Buffer {
  const head = Buffer.alloc(5)
  head[0] = flag
  head.writeUInt32BE(bytes.length, 1)
  return Buffer.concat([head, bytes])
}
