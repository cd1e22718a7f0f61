// Made from proto/ by `npm run generate`. Do not edit.
import type { MessageCodec } from '../message-codec.js'
import { Reader } from '../reader.js'
import { messageWriter, type Writer } from '../writer.js'

export interface ServerReflectionRequest {
  host: string
  fileByFilename: string | undefined
  fileContainingSymbol: string | undefined
  fileContainingExtension: ExtensionRequest | undefined
  allExtensionNumbersOfType: string | undefined
  listServices: string | undefined
}

export const ServerReflectionRequest: MessageCodec<ServerReflectionRequest> = {
  name: 'grpc.reflection.v1alpha.ServerReflectionRequest',
  create: (init = {}) => ({
    host: init.host ?? '',
    fileByFilename: init.fileByFilename,
    fileContainingSymbol: init.fileContainingSymbol,
    fileContainingExtension: init.fileContainingExtension,
    allExtensionNumbersOfType: init.allExtensionNumbersOfType,
    listServices: init.listServices,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeServerReflectionRequest(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readServerReflectionRequest(new Reader(bytes)),
  read: readServerReflectionRequest,
  write: writeServerReflectionRequest,
}

function readServerReflectionRequest(reader: Reader): ServerReflectionRequest {
  let host = ''
  let fileByFilename: string | undefined
  let fileContainingSymbol: string | undefined
  let fileContainingExtension: ExtensionRequest | undefined
  let allExtensionNumbersOfType: string | undefined
  let listServices: string | undefined
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10:
        host = reader.string()
        break
      case 26:
        fileByFilename = reader.string()
        fileContainingSymbol = undefined
        fileContainingExtension = undefined
        allExtensionNumbersOfType = undefined
        listServices = undefined
        break
      case 34:
        fileContainingSymbol = reader.string()
        fileByFilename = undefined
        fileContainingExtension = undefined
        allExtensionNumbersOfType = undefined
        listServices = undefined
        break
      case 42: {
        const outer = reader.enter()
        fileContainingExtension = readExtensionRequest(reader)
        fileByFilename = undefined
        fileContainingSymbol = undefined
        allExtensionNumbersOfType = undefined
        listServices = undefined
        reader.leave(outer)
        break
      }
      case 50:
        allExtensionNumbersOfType = reader.string()
        fileByFilename = undefined
        fileContainingSymbol = undefined
        fileContainingExtension = undefined
        listServices = undefined
        break
      case 58:
        listServices = reader.string()
        fileByFilename = undefined
        fileContainingSymbol = undefined
        fileContainingExtension = undefined
        allExtensionNumbersOfType = undefined
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    host,
    fileByFilename,
    fileContainingSymbol,
    fileContainingExtension,
    allExtensionNumbersOfType,
    listServices,
  }
}

function writeServerReflectionRequest(message: ServerReflectionRequest, writer: Writer): void {
  if (message.listServices !== undefined) writer.string(58, message.listServices)
  if (message.allExtensionNumbersOfType !== undefined)
    writer.string(50, message.allExtensionNumbersOfType)
  if (message.fileContainingExtension !== undefined) {
    const mark = writer.mark()
    writeExtensionRequest(message.fileContainingExtension, writer)
    writer.message(42, mark)
  }
  if (message.fileContainingSymbol !== undefined) writer.string(34, message.fileContainingSymbol)
  if (message.fileByFilename !== undefined) writer.string(26, message.fileByFilename)
  if (message.host !== '') writer.string(10, message.host)
}

export interface ExtensionRequest {
  containingType: string
  extensionNumber: number
}

export const ExtensionRequest: MessageCodec<ExtensionRequest> = {
  name: 'grpc.reflection.v1alpha.ExtensionRequest',
  create: (init = {}) => ({
    containingType: init.containingType ?? '',
    extensionNumber: init.extensionNumber ?? 0,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeExtensionRequest(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readExtensionRequest(new Reader(bytes)),
  read: readExtensionRequest,
  write: writeExtensionRequest,
}

function readExtensionRequest(reader: Reader): ExtensionRequest {
  let containingType = ''
  let extensionNumber = 0
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10:
        containingType = reader.string()
        break
      case 16:
        extensionNumber = reader.int32()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    containingType,
    extensionNumber,
  }
}

function writeExtensionRequest(message: ExtensionRequest, writer: Writer): void {
  if (message.extensionNumber !== 0) writer.int32(16, message.extensionNumber)
  if (message.containingType !== '') writer.string(10, message.containingType)
}

export interface ServerReflectionResponse {
  validHost: string
  originalRequest: ServerReflectionRequest | undefined
  fileDescriptorResponse: FileDescriptorResponse | undefined
  allExtensionNumbersResponse: ExtensionNumberResponse | undefined
  listServicesResponse: ListServiceResponse | undefined
  errorResponse: ErrorResponse | undefined
}

export const ServerReflectionResponse: MessageCodec<ServerReflectionResponse> = {
  name: 'grpc.reflection.v1alpha.ServerReflectionResponse',
  create: (init = {}) => ({
    validHost: init.validHost ?? '',
    originalRequest: init.originalRequest,
    fileDescriptorResponse: init.fileDescriptorResponse,
    allExtensionNumbersResponse: init.allExtensionNumbersResponse,
    listServicesResponse: init.listServicesResponse,
    errorResponse: init.errorResponse,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeServerReflectionResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readServerReflectionResponse(new Reader(bytes)),
  read: readServerReflectionResponse,
  write: writeServerReflectionResponse,
}

function readServerReflectionResponse(reader: Reader): ServerReflectionResponse {
  let validHost = ''
  let originalRequest: ServerReflectionRequest | undefined
  let fileDescriptorResponse: FileDescriptorResponse | undefined
  let allExtensionNumbersResponse: ExtensionNumberResponse | undefined
  let listServicesResponse: ListServiceResponse | undefined
  let errorResponse: ErrorResponse | undefined
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10:
        validHost = reader.string()
        break
      case 18: {
        const outer = reader.enter()
        originalRequest = readServerReflectionRequest(reader)
        reader.leave(outer)
        break
      }
      case 34: {
        const outer = reader.enter()
        fileDescriptorResponse = readFileDescriptorResponse(reader)
        allExtensionNumbersResponse = undefined
        listServicesResponse = undefined
        errorResponse = undefined
        reader.leave(outer)
        break
      }
      case 42: {
        const outer = reader.enter()
        allExtensionNumbersResponse = readExtensionNumberResponse(reader)
        fileDescriptorResponse = undefined
        listServicesResponse = undefined
        errorResponse = undefined
        reader.leave(outer)
        break
      }
      case 50: {
        const outer = reader.enter()
        listServicesResponse = readListServiceResponse(reader)
        fileDescriptorResponse = undefined
        allExtensionNumbersResponse = undefined
        errorResponse = undefined
        reader.leave(outer)
        break
      }
      case 58: {
        const outer = reader.enter()
        errorResponse = readErrorResponse(reader)
        fileDescriptorResponse = undefined
        allExtensionNumbersResponse = undefined
        listServicesResponse = undefined
        reader.leave(outer)
        break
      }
      default:
        reader.skip(tag)
    }
  }
  return {
    validHost,
    originalRequest,
    fileDescriptorResponse,
    allExtensionNumbersResponse,
    listServicesResponse,
    errorResponse,
  }
}

function writeServerReflectionResponse(message: ServerReflectionResponse, writer: Writer): void {
  if (message.errorResponse !== undefined) {
    const mark = writer.mark()
    writeErrorResponse(message.errorResponse, writer)
    writer.message(58, mark)
  }
  if (message.listServicesResponse !== undefined) {
    const mark = writer.mark()
    writeListServiceResponse(message.listServicesResponse, writer)
    writer.message(50, mark)
  }
  if (message.allExtensionNumbersResponse !== undefined) {
    const mark = writer.mark()
    writeExtensionNumberResponse(message.allExtensionNumbersResponse, writer)
    writer.message(42, mark)
  }
  if (message.fileDescriptorResponse !== undefined) {
    const mark = writer.mark()
    writeFileDescriptorResponse(message.fileDescriptorResponse, writer)
    writer.message(34, mark)
  }
  if (message.originalRequest !== undefined) {
    const mark = writer.mark()
    writeServerReflectionRequest(message.originalRequest, writer)
    writer.message(18, mark)
  }
  if (message.validHost !== '') writer.string(10, message.validHost)
}

export interface FileDescriptorResponse {
  fileDescriptorProto: readonly Buffer[]
}

export const FileDescriptorResponse: MessageCodec<FileDescriptorResponse> = {
  name: 'grpc.reflection.v1alpha.FileDescriptorResponse',
  create: (init = {}) => ({
    fileDescriptorProto: init.fileDescriptorProto ?? [],
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeFileDescriptorResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readFileDescriptorResponse(new Reader(bytes)),
  read: readFileDescriptorResponse,
  write: writeFileDescriptorResponse,
}

function readFileDescriptorResponse(reader: Reader): FileDescriptorResponse {
  const fileDescriptorProto: Buffer[] = []
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10:
        fileDescriptorProto.push(reader.bytes())
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    fileDescriptorProto,
  }
}

function writeFileDescriptorResponse(message: FileDescriptorResponse, writer: Writer): void {
  for (let index = message.fileDescriptorProto.length - 1; index >= 0; index--) {
    writer.bytes(10, message.fileDescriptorProto[index] as Buffer)
  }
}

export interface ExtensionNumberResponse {
  baseTypeName: string
  extensionNumber: readonly number[]
}

export const ExtensionNumberResponse: MessageCodec<ExtensionNumberResponse> = {
  name: 'grpc.reflection.v1alpha.ExtensionNumberResponse',
  create: (init = {}) => ({
    baseTypeName: init.baseTypeName ?? '',
    extensionNumber: init.extensionNumber ?? [],
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeExtensionNumberResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readExtensionNumberResponse(new Reader(bytes)),
  read: readExtensionNumberResponse,
  write: writeExtensionNumberResponse,
}

function readExtensionNumberResponse(reader: Reader): ExtensionNumberResponse {
  let baseTypeName = ''
  const extensionNumber: number[] = []
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10:
        baseTypeName = reader.string()
        break
      case 16:
        extensionNumber.push(reader.int32())
        break
      case 18: {
        const outer = reader.enter()
        while (reader.more()) extensionNumber.push(reader.int32())
        reader.leave(outer)
        break
      }
      default:
        reader.skip(tag)
    }
  }
  return {
    baseTypeName,
    extensionNumber,
  }
}

function writeExtensionNumberResponse(message: ExtensionNumberResponse, writer: Writer): void {
  if (message.extensionNumber.length > 0) writer.packedInt32(18, message.extensionNumber)
  if (message.baseTypeName !== '') writer.string(10, message.baseTypeName)
}

export interface ListServiceResponse {
  service: readonly ServiceResponse[]
}

export const ListServiceResponse: MessageCodec<ListServiceResponse> = {
  name: 'grpc.reflection.v1alpha.ListServiceResponse',
  create: (init = {}) => ({
    service: init.service ?? [],
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeListServiceResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readListServiceResponse(new Reader(bytes)),
  read: readListServiceResponse,
  write: writeListServiceResponse,
}

function readListServiceResponse(reader: Reader): ListServiceResponse {
  const service: ServiceResponse[] = []
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10: {
        const outer = reader.enter()
        service.push(readServiceResponse(reader))
        reader.leave(outer)
        break
      }
      default:
        reader.skip(tag)
    }
  }
  return {
    service,
  }
}

function writeListServiceResponse(message: ListServiceResponse, writer: Writer): void {
  for (let index = message.service.length - 1; index >= 0; index--) {
    const mark = writer.mark()
    writeServiceResponse(message.service[index] as ServiceResponse, writer)
    writer.message(10, mark)
  }
}

export interface ServiceResponse {
  name: string
}

export const ServiceResponse: MessageCodec<ServiceResponse> = {
  name: 'grpc.reflection.v1alpha.ServiceResponse',
  create: (init = {}) => ({
    name: init.name ?? '',
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeServiceResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readServiceResponse(new Reader(bytes)),
  read: readServiceResponse,
  write: writeServiceResponse,
}

function readServiceResponse(reader: Reader): ServiceResponse {
  let name = ''
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10:
        name = reader.string()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    name,
  }
}

function writeServiceResponse(message: ServiceResponse, writer: Writer): void {
  if (message.name !== '') writer.string(10, message.name)
}

export interface ErrorResponse {
  errorCode: number
  errorMessage: string
}

export const ErrorResponse: MessageCodec<ErrorResponse> = {
  name: 'grpc.reflection.v1alpha.ErrorResponse',
  create: (init = {}) => ({
    errorCode: init.errorCode ?? 0,
    errorMessage: init.errorMessage ?? '',
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeErrorResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readErrorResponse(new Reader(bytes)),
  read: readErrorResponse,
  write: writeErrorResponse,
}

function readErrorResponse(reader: Reader): ErrorResponse {
  let errorCode = 0
  let errorMessage = ''
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 8:
        errorCode = reader.int32()
        break
      case 18:
        errorMessage = reader.string()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    errorCode,
    errorMessage,
  }
}

function writeErrorResponse(message: ErrorResponse, writer: Writer): void {
  if (message.errorMessage !== '') writer.string(18, message.errorMessage)
  if (message.errorCode !== 0) writer.int32(8, message.errorCode)
}
