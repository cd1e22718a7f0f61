import { fileURLToPath } from 'node:url'
import type { CallContext } from '../../rpc/call-context.js'
import { type ResponseSink, type Route, stream } from '../../rpc/method.js'
import { reflectionV1 } from '../../wire/index.js'
import { statusNumbers } from '../error-mapping.js'
import { ServerReflectionV1alphaService, ServerReflectionV1Service } from '../generated/services.js'
import { PacedSink } from '../paced-sink.js'
import { Descriptors } from './descriptors.js'

type Request = reflectionV1.ServerReflectionRequest
type Response = reflectionV1.ServerReflectionResponse
type Answer = Partial<Response>

const protoDirectory = fileURLToPath(new URL('../../../proto', import.meta.url))

/** grpc.reflection, both versions: they differ in their names only. */
export function reflectionRoutes(serviceNames: readonly string[]): Route[] {
  const names = [...serviceNames, ...ownNames].sort()
  let loading: Promise<Descriptors> | undefined
  const load = async (): Promise<Descriptors> => {
    try {
      return await Descriptors.load(protoDirectory)
    } catch (error) {
      // Whoever asks next may have more luck, as when the process had no file descriptor left.
      loading = undefined
      throw error
    }
  }
  const reflect = async (
    requests: AsyncIterable<Request>,
    sink: ResponseSink<Response>,
    context: CallContext,
  ): Promise<void> => {
    loading ??= load()
    const descriptors = await loading
    const paced = new PacedSink(sink, context.signal)
    for await (const request of requests) {
      const answer = answerTo(request, descriptors, names)
      paced.send(
        reflectionV1.ServerReflectionResponse.create({
          validHost: request.host,
          originalRequest: request,
          ...answer,
        }),
      )
      await paced.room()
    }
  }
  return [
    stream(ServerReflectionV1Service.serverReflectionInfo, reflect),
    stream(ServerReflectionV1alphaService.serverReflectionInfo, reflect),
  ]
}

const ownNames = ['grpc.reflection.v1.ServerReflection', 'grpc.reflection.v1alpha.ServerReflection']

function answerTo(
  request: Request,
  descriptors: Descriptors,
  serviceNames: readonly string[],
): Answer {
  if (request.listServices !== undefined) {
    return { listServicesResponse: { service: serviceNames.map((name) => ({ name })) } }
  }
  if (request.fileByFilename !== undefined) {
    return filesOr(descriptors.file(request.fileByFilename), `file ${request.fileByFilename}`)
  }
  if (request.fileContainingSymbol !== undefined) {
    const symbol = request.fileContainingSymbol
    return filesOr(descriptors.fileOfSymbol(symbol), `symbol ${symbol}`)
  }
  if (request.fileContainingExtension !== undefined) {
    const { containingType, extensionNumber } = request.fileContainingExtension
    return notFound(`extension ${extensionNumber} of ${containingType}`)
  }
  if (request.allExtensionNumbersOfType !== undefined) {
    const name = request.allExtensionNumbersOfType
    if (!descriptors.isMessage(name)) return notFound(`message ${name}`)
    return { allExtensionNumbersResponse: { baseTypeName: name, extensionNumber: [] } }
  }
  return failure(statusNumbers.InvalidArgument, 'the request asks for nothing')
}

function filesOr(files: readonly Buffer[] | undefined, what: string): Answer {
  return files === undefined
    ? notFound(what)
    : { fileDescriptorResponse: { fileDescriptorProto: files } }
}

function notFound(what: string): Answer {
  return failure(statusNumbers.NotFound, `${what} not found`)
}

function failure(errorCode: number, errorMessage: string): Answer {
  return { errorResponse: { errorCode, errorMessage } }
}
