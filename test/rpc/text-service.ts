import type {
  ClientHttp2Session,
  ClientHttp2Stream,
  IncomingHttpHeaders,
  OutgoingHttpHeaders,
} from 'node:http2'
import {
  type CallOptions,
  Client,
  type ClientDuplexStream,
  credentials,
  type Metadata,
  type ServiceError,
} from '@grpc/grpc-js'
import type { Codec } from '../../src/base/codec.js'
import { MetastoreError, messageOf } from '../../src/base/errors.js'
import type { CallStatus } from '../../src/rpc/call-status.js'
import type { Host, HostOptions } from '../../src/rpc/host.js'
import type { CallKind, MethodDescriptor, Route } from '../../src/rpc/method.js'
import { type HostKind, newHost } from '../support/hosts.js'

/** Messages of the test service: their text, with `garbage` standing for bytes that do not parse. */
export const textCodec: Codec<string> = {
  name: 'test.Text',
  encode(message) {
    if (message === 'not encodable') throw new Error('cannot be encoded')
    return Buffer.from(message)
  },
  encodeParts(message) {
    return message.startsWith('in parts')
      ? message.split(/(?=,)/).map((part) => Buffer.from(part))
      : undefined
  },
  decode(bytes) {
    const text = Buffer.from(bytes).toString()
    if (text.startsWith('garbage')) throw new MetastoreError('malformed-message')
    return text
  },
}

export function textMethod(name: string, kind: CallKind): MethodDescriptor<string, string> {
  return { path: `/test.Text/${name}`, kind, request: textCodec, response: textCodec }
}

/** Errors whose text begins with a number carry it as their status; the rest are Unknown (2). */
export function describeError(thrown: unknown): CallStatus {
  const message = messageOf(thrown)
  if (message === 'context deadline exceeded') return { status: 4, message }
  return { status: Number.parseInt(message, 10) || 2, message }
}

export interface Running {
  readonly host: Host
  readonly port: number
  readonly client: TextClient
  /** Closes client and host. */
  close(): Promise<void>
}

/** A host of a kind, with limits that tests can reach. */
export function makeHost(kind: HostKind, routes: readonly Route[]): Host {
  const options: HostOptions = {
    routes,
    describeError,
    maxReceiveBytes: 1000,
    maxConcurrentStreams: 10_000,
  }
  return newHost(kind, options, rethrow)
}

export async function serve(kind: HostKind, routes: readonly Route[]): Promise<Running> {
  const host = makeHost(kind, routes)
  const port = await host.bind('127.0.0.1', 0)
  const client = new TextClient(port)
  return {
    host,
    port,
    client,
    async close() {
      client.close()
      await host.close({ graceMs: 100 })
    },
  }
}

function rethrow(error: unknown): void {
  throw error
}

/** A client that knows nothing of the service but its codec. */
export class TextClient {
  readonly #client: Client

  constructor(port: number, channelCredentials = credentials.createInsecure()) {
    this.#client = new Client(`127.0.0.1:${port}`, channelCredentials, {
      'grpc.use_local_subchannel_pool': 1,
      'grpc.max_receive_message_length': -1,
    })
  }

  unary(
    path: string,
    request: string,
    options: CallOptions & { metadata?: Metadata; onCall?: (cancel: () => void) => void } = {},
  ): Promise<string> {
    return new Promise((resolve, reject) => {
      const respond = (error: ServiceError | null, response?: string) =>
        error === null ? resolve(response ?? '') : reject(error)
      const { metadata, onCall, ...rest } = options
      const call =
        metadata === undefined
          ? this.#client.makeUnaryRequest(path, toBytes, toText, request, rest, respond)
          : this.#client.makeUnaryRequest(path, toBytes, toText, request, metadata, rest, respond)
      onCall?.(() => call.cancel())
    })
  }

  stream(path: string, options: CallOptions = {}): ClientDuplexStream<string, string> {
    const call = this.#client.makeBidiStreamRequest(path, toBytes, toText, options)
    call.on('error', () => {})
    return call
  }

  close(): void {
    this.#client.close()
  }
}

/** All responses of a stream, then how it ended. */
export async function collect(
  call: ClientDuplexStream<string, string>,
): Promise<{ responses: string[]; status: number; message: string }> {
  const responses: string[] = []
  call.on('data', (response: string) => responses.push(response))
  return new Promise((resolve) => {
    call.on('status', (ended) => resolve({ responses, status: ended.code, message: ended.details }))
  })
}

/** A promise with its handles. */
export function signpost<T = void>(): { reached: Promise<T>; reach: (value: T) => void } {
  let reach: (value: T) => void = () => {}
  const reached = new Promise<T>((resolve) => {
    reach = resolve
  })
  return { reached, reach }
}

function toBytes(text: string): Buffer {
  return Buffer.from(text)
}

function toText(bytes: Buffer): string {
  return bytes.toString()
}

/** A call without a gRPC client, for what gRPC clients never do. */
export function openRaw(
  session: ClientHttp2Session,
  path: string,
  headers: OutgoingHttpHeaders = {},
): ClientHttp2Stream {
  return session.request({
    ':method': 'POST',
    ':path': path,
    'content-type': 'application/grpc',
    te: 'trailers',
    ...headers,
  })
}

/** One message as it stands in the body of a call. */
export function framed(text: string): Buffer {
  const message = toBytes(text)
  const head = Buffer.alloc(5)
  head.writeUInt32BE(message.length, 1)
  return Buffer.concat([head, message])
}

/** How a call ended that sent no message, as its one block of header fields says. */
export function statusOf(headers: IncomingHttpHeaders): { code: number; message: string } {
  const message = String(headers['grpc-message'] ?? '')
  return { code: Number(headers['grpc-status']), message: decodeURIComponent(message) }
}
