import type { HeaderField } from '../hpack/index.js'

/** The header fields of a request, checked (RFC 9113, 8.2 and 8.3). */
export class RequestHead {
  readonly method: string
  readonly path: string
  /** Without the pseudo fields. */
  readonly fields: readonly HeaderField[]
  /** undefined: the length of the body was not said. */
  readonly contentLength: number | undefined

  private constructor(pseudo: ReadonlyMap<string, string>, fields: readonly HeaderField[]) {
    this.method = pseudo.get(':method') ?? ''
    this.path = pseudo.get(':path') ?? ''
    this.fields = fields
    const length = this.get('content-length')
    this.contentLength = length === undefined ? undefined : Number(length)
  }

  /** The values of a field (lower case), several joined by `, `. */
  get(name: string): string | undefined {
    let found: string | undefined
    for (const field of this.fields) {
      if (field.name === name)
        found = found === undefined ? field.value : `${found}, ${field.value}`
    }
    return found
  }

  /** The request that a list of fields describes; a string says what is wrong with it. */
  static of(list: readonly HeaderField[]): RequestHead | string {
    const pseudo = new Map<string, string>()
    let at = 0
    for (; at < list.length; at++) {
      const field = list[at]
      if (field === undefined || !field.name.startsWith(':')) break
      if (!requestPseudoFields.has(field.name)) return `unknown pseudo field ${field.name}`
      if (pseudo.has(field.name)) return `${field.name} twice`
      if (hasForbiddenByte(field.value)) return `a forbidden byte in ${field.name}`
      pseudo.set(field.name, field.value)
    }
    for (const name of [':method', ':scheme', ':path']) {
      if (!pseudo.get(name)) return `no ${name}`
    }
    const fields = list.slice(at)
    const wrong = wrongField(fields)
    if (wrong !== undefined) return wrong
    const head = new RequestHead(pseudo, fields)
    const { contentLength } = head
    const isLength = contentLength === undefined || Number.isSafeInteger(contentLength)
    return isLength ? head : 'content-length is not a length'
  }
}

const requestPseudoFields: ReadonlySet<string> = new Set([
  ':method',
  ':scheme',
  ':path',
  ':authority',
])

const connectionFields: ReadonlySet<string> = new Set([
  'connection',
  'proxy-connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
])

/** What is wrong with a list of ordinary fields, or undefined. Trailers are checked with it, too. */
export function wrongField(fields: readonly HeaderField[]): string | undefined {
  for (const { name, value } of fields) {
    if (!isFieldName(name)) return `not a field name: ${JSON.stringify(name)}`
    if (hasForbiddenByte(value)) return `a forbidden byte in ${name}`
    if (connectionFields.has(name)) return `${name} belongs to HTTP/1.1`
    if (name === 'te' && value !== 'trailers') return `te: ${value}`
    if (name === 'content-length' && !/^\d+$/.test(value)) return `content-length: ${value}`
  }
  return undefined
}

/** Lower case, visible, no separators that would let a field be read as another. */
function isFieldName(name: string): boolean {
  return /^[!#$%&'*+\-.^_`|~0-9a-z]+$/.test(name)
}

function hasForbiddenByte(value: string): boolean {
  return /[\0\r\n]|^[ \t]|[ \t]$/.test(value)
}
