// Made from proto/ by `npm run generate`. Do not edit.
import type { MessageCodec } from '../message-codec.js'
import { Reader } from '../reader.js'
import { messageWriter, type Writer } from '../writer.js'

export const ServingStatus = {
  UNKNOWN: 0,
  SERVING: 1,
  NOT_SERVING: 2,
  SERVICE_UNKNOWN: 3,
} as const

export interface HealthCheckRequest {
  service: string
}

export const HealthCheckRequest: MessageCodec<HealthCheckRequest> = {
  name: 'grpc.health.v1.HealthCheckRequest',
  create: (init = {}) => ({
    service: init.service ?? '',
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeHealthCheckRequest(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readHealthCheckRequest(new Reader(bytes)),
  read: readHealthCheckRequest,
  write: writeHealthCheckRequest,
}

function readHealthCheckRequest(reader: Reader): HealthCheckRequest {
  let service = ''
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10:
        service = reader.string()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    service,
  }
}

function writeHealthCheckRequest(message: HealthCheckRequest, writer: Writer): void {
  if (message.service !== '') writer.string(10, message.service)
}

export interface HealthCheckResponse {
  status: number
}

export const HealthCheckResponse: MessageCodec<HealthCheckResponse> = {
  name: 'grpc.health.v1.HealthCheckResponse',
  create: (init = {}) => ({
    status: init.status ?? 0,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeHealthCheckResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readHealthCheckResponse(new Reader(bytes)),
  read: readHealthCheckResponse,
  write: writeHealthCheckResponse,
}

function readHealthCheckResponse(reader: Reader): HealthCheckResponse {
  let status = 0
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 8:
        status = reader.int32()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    status,
  }
}

function writeHealthCheckResponse(message: HealthCheckResponse, writer: Writer): void {
  if (message.status !== 0) writer.int32(8, message.status)
}
