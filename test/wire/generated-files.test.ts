import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { generate, generatedDirectories } from '../../scripts/generate/generate.js'
import * as apiTables from '../../src/api/generated/services.js'
import * as peerTables from '../../src/peers/generated/services.js'
import { nameOf, protoDirectory, services } from './reflection.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

describe('generated files', () => {
  const files = generate(protoDirectory)

  test.each([...files.keys()])('%s is what `npm run generate` makes of proto/', (path) => {
    expect(readFileSync(`${root}/${path}`, 'utf8')).toBe(files.get(path))
  })

  test('no other files stand beside them', () => {
    const found = generatedDirectories.flatMap((directory) =>
      readdirSync(`${root}/${directory}`).map((name) => `${directory}/${name}`),
    )
    expect(found.sort()).toEqual([...files.keys()].sort())
  })
})

describe('tables of services', () => {
  const methods = Object.values({ ...apiTables, ...peerTables }).flatMap((table) =>
    Object.values(table),
  )

  test('hold every method of every service, with its kind and its messages', () => {
    const expected = services.flatMap((service) =>
      service.methodsArray.map((method) => [
        `/${nameOf(service)}/${method.name}`,
        method.requestStream === true,
        method.responseStream === true,
        nameOf(method.resolvedRequestType ?? service),
        nameOf(method.resolvedResponseType ?? service),
      ]),
    )
    const found = methods.map(({ path, kind, request, response }) => [
      path,
      kind === 'client-stream' || kind === 'bidi-stream',
      kind === 'server-stream' || kind === 'bidi-stream',
      request.name,
      response.name,
    ])
    expect(found.sort()).toEqual(expected.sort())
  })
})
