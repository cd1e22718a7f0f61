import { once } from 'node:events'
import { connect, type IncomingHttpHeaders } from 'node:http2'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { type HeaderField, HpackDecoder, HpackEncoder } from '../../../src/http2/hpack/index.js'
import { staticTable } from '../../../src/http2/hpack/static-table.js'

const prefaceBytes = 24
const frameHeaderBytes = 9
const headersType = 1
const settingsType = 4
const endStreamAndHeaders = 0x05

const closers: (() => void)[] = []

afterEach(() => {
  for (const close of closers.splice(0)) close()
})

test('Node decodes what we encode, and we decode what Node encodes', async () => {
  const decoder = new HpackDecoder({ maxTableBytes: 4096, maxListBytes: 65_536 })
  const encoder = new HpackEncoder({ maxTableBytes: 4096 })
  const received: (readonly HeaderField[])[] = []
  const answer: HeaderField[] = [
    { name: ':status', value: '200' },
    ...fieldsOfEveryName((name) => `answer to ${name} \u00e4`),
  ]
  const port = await serve((block) => {
    received.push(decoder.decode(block).fields)
    return encoder.encode(answer)
  })
  const client = connect(`http://127.0.0.1:${port}`)
  closers.push(() => client.destroy())
  const question = Object.fromEntries(
    fieldsOfEveryName((name) => `question of ${name} \u00fc~|<`).map(({ name, value }) => [
      name,
      value,
    ]),
  )
  // The second time round both sides find nearly all in their tables.
  for (let round = 0; round < 2; round++) {
    const request = client.request({ ':path': '/path', ...question })
    const [headers] = (await once(request, 'response')) as [IncomingHttpHeaders]
    for (const { name, value } of answer.slice(1)) {
      expect([name, [headers[name]].flat()]).toEqual([name, [value]])
    }
    expect(
      Object.fromEntries((received[round] ?? []).map((each) => [each.name, each.value])),
    ).toEqual(expect.objectContaining({ ':method': 'GET', ':path': '/path', ...question }))
    request.destroy()
  }
})

/** The names of the static table that any request and any answer may carry. */
function fieldsOfEveryName(value: (name: string) => string): HeaderField[] {
  const reserved = /^(?::.*|host|content-length|transfer-encoding|age|cookie)$/
  return staticTable
    .filter(({ name }) => !reserved.test(name))
    .map(({ name }) => ({ name, value: value(name) }))
}

/** A server that knows two frames: it answers every HEADERS frame with what `answer` makes of it. */
async function serve(answer: (block: Buffer) => Buffer): Promise<number> {
  const server = createServer((socket) => {
    closers.push(() => socket.destroy())
    socket.write(frame(settingsType, 0, 0, Buffer.alloc(0)))
    answerFrames(socket, answer)
  })
  closers.push(() => server.close())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

function answerFrames(socket: Socket, answer: (block: Buffer) => Buffer): void {
  let pending = Buffer.alloc(0)
  let position = prefaceBytes
  socket.on('data', (bytes: Buffer) => {
    pending = Buffer.concat([pending, bytes])
    for (;;) {
      if (pending.length < position + frameHeaderBytes) return
      const end = position + frameHeaderBytes + pending.readUIntBE(position, 3)
      if (pending.length < end) return
      const [type, flags] = pending.subarray(position + 3, position + 5)
      const stream = pending.readUInt32BE(position + 5)
      const payload = pending.subarray(position + frameHeaderBytes, end)
      position = end
      if (type !== headersType) continue
      const hasPriority = ((flags ?? 0) & 0x20) !== 0
      const block = answer(payload.subarray(hasPriority ? 5 : 0))
      socket.write(frame(headersType, endStreamAndHeaders, stream, block))
    }
  })
}

function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(frameHeaderBytes)
  header.writeUIntBE(payload.length, 0, 3)
  header[3] = type
  header[4] = flags
  header.writeUInt32BE(stream, 5)
  return Buffer.concat([header, payload])
}
