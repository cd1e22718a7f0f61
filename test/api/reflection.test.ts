import protobuf from 'protobufjs'
import descriptor from 'protobufjs/ext/descriptor/index.js'
import { describe, expect, test } from 'vitest'
import {
  ServerReflectionV1alphaService,
  ServerReflectionV1Service,
} from '../../src/api/generated/services.js'
import { reflectionV1 } from '../../src/wire/index.js'
import { serveMember } from './member.js'

type Request = reflectionV1.ServerReflectionRequest
type Response = reflectionV1.ServerReflectionResponse

const services = [
  'etcdserverpb.Cluster',
  'etcdserverpb.KV',
  'etcdserverpb.Lease',
  'etcdserverpb.Maintenance',
  'etcdserverpb.Watch',
  'grpc.health.v1.Health',
  'grpc.reflection.v1.ServerReflection',
  'grpc.reflection.v1alpha.ServerReflection',
  'metastore.v1.Admin',
]

async function ask(
  requests: readonly Partial<Request>[],
  service: typeof ServerReflectionV1Service | typeof ServerReflectionV1alphaService,
): Promise<Response[]> {
  await using member = await serveMember()
  const stream = member.client.open(service.serverReflectionInfo)
  for (const request of requests) {
    stream.send(reflectionV1.ServerReflectionRequest.create(request))
  }
  stream.end()
  await stream.until(() => stream.ended !== undefined)
  expect(stream.ended?.code).toBe('OK')
  return stream.received
}

async function askOne(request: Partial<Request>): Promise<Response> {
  const [response] = await ask([request], ServerReflectionV1Service)
  if (response === undefined) throw new Error('no response')
  return response
}

function decodeFiles(response: Response): descriptor.IFileDescriptorProto[] {
  const files = response.fileDescriptorResponse?.fileDescriptorProto ?? []
  return files.map((bytes) => descriptor.FileDescriptorProto.decode(bytes) as object)
}

/** Everything in `files`; throws when a name in them leads nowhere. */
function rootOf(files: descriptor.IFileDescriptorProto[]): protobuf.Root {
  const withDescriptors = protobuf.Root as unknown as {
    fromDescriptor(set: descriptor.IFileDescriptorSet): protobuf.Root
  }
  const root = withDescriptors.fromDescriptor({ file: files })
  root.resolveAll()
  return root
}

describe.each([
  ['v1', ServerReflectionV1Service],
  ['v1alpha', ServerReflectionV1alphaService],
])('reflection %s', (_version, service) => {
  test('lists the services that are served, and repeats the request', async () => {
    const request = { host: 'here', listServices: '' }
    const [response] = await ask([request], service)
    expect(response?.listServicesResponse?.service.map(({ name }) => name)).toEqual(services)
    expect(response?.validHost).toBe('here')
    expect(response?.originalRequest).toMatchObject(request)
  })

  test('answers request after request', async () => {
    const responses = await ask(
      [{ fileContainingSymbol: 'etcdserverpb.KV' }, { listServices: '*' }],
      service,
    )
    expect(responses).toHaveLength(2)
    expect(responses[1]?.listServicesResponse).toBeDefined()
  })
})

describe('descriptors', () => {
  test('of a service come with all they depend on, itself first, each once', async () => {
    const files = decodeFiles(await askOne({ fileContainingSymbol: 'etcdserverpb.KV' }))
    expect(files[0]?.name).toBe('etcdserverpb.proto')
    const names = files.map(({ name }) => name).sort()
    expect(names).toEqual(['authpb.proto', 'etcdserverpb.proto', 'mvccpb.proto'])
    expect(files[0]?.dependency).toEqual(expect.arrayContaining(['authpb.proto', 'mvccpb.proto']))
    const root = rootOf(files)
    const range = root.lookupService('etcdserverpb.KV').methods.Range
    expect(range?.resolvedRequestType?.fullName).toBe('.etcdserverpb.RangeRequest')
    expect(root.lookupType('etcdserverpb.RangeResponse').fields.kvs?.resolvedType?.fullName).toBe(
      '.mvccpb.KeyValue',
    )
  })

  test.each([
    'etcdserverpb.KV.Range',
    'etcdserverpb.RangeRequest',
    'etcdserverpb.RangeRequest.range_end',
    'etcdserverpb.RangeRequest.SortOrder',
    'etcdserverpb.Compare.target_union',
    'etcdserverpb.AlarmType',
    'metastore.v1.Admin',
    'grpc.reflection.v1.ServerReflection',
  ])('are found by the symbol %s', async (symbol) => {
    const [file] = decodeFiles(await askOne({ fileContainingSymbol: symbol }))
    expect(symbol.startsWith(`${file?.package}.`)).toBe(true)
  })

  test('are found by the name of a file', async () => {
    const [file, ...rest] = decodeFiles(await askOne({ fileByFilename: 'mvccpb.proto' }))
    expect(file?.messageType?.map(({ name }) => name)).toEqual(['KeyValue', 'Event'])
    expect(rest).toEqual([])
  })

  test('of every service that is listed make a whole', async () => {
    for (const service of services) {
      const files = decodeFiles(await askOne({ fileContainingSymbol: service }))
      const root = rootOf(files)
      expect(root.lookupService(service).methodsArray.length).toBeGreaterThan(0)
    }
  })
})

describe('what is not there', () => {
  test.each<[Partial<Request>, number, string]>([
    [{ fileContainingSymbol: 'etcdserverpb.Nothing' }, 5, 'symbol etcdserverpb.Nothing not found'],
    [
      { fileContainingSymbol: 'etcdserverpb.KV.Nothing' },
      5,
      'symbol etcdserverpb.KV.Nothing not found',
    ],
    [{ fileByFilename: 'nothing.proto' }, 5, 'file nothing.proto not found'],
    [
      { fileContainingExtension: { containingType: 'a.B', extensionNumber: 3 } },
      5,
      'extension 3 of a.B not found',
    ],
    [{ allExtensionNumbersOfType: 'a.B' }, 5, 'message a.B not found'],
    [{}, 3, 'the request asks for nothing'],
  ])('%j is an error in the answer', async (request, errorCode, errorMessage) => {
    expect((await askOne(request)).errorResponse).toEqual({ errorCode, errorMessage })
  })

  test('a message has no extensions', async () => {
    const name = 'etcdserverpb.PutRequest'
    expect((await askOne({ allExtensionNumbersOfType: name })).allExtensionNumbersResponse).toEqual(
      {
        baseTypeName: name,
        extensionNumber: [],
      },
    )
  })
})
