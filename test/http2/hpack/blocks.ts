import { type HeaderField, type HpackDecoder, HpackError } from '../../../src/http2/hpack/index.js'

export const firstDynamicIndex = 62

/** Bytes from hexadecimal digits; spaces may stand between them. */
export function hex(text: string): Buffer {
  return Buffer.from(text.replaceAll(/\s/g, ''), 'hex')
}

/** Fields from lines as `name: value`. */
export function fields(...lines: readonly string[]): HeaderField[] {
  return lines.map((line) => {
    const split = line.indexOf(': ')
    return { name: line.slice(0, split), value: line.slice(split + 2) }
  })
}

/** A string literal as it is, without Huffman. */
export function raw(text: string): Buffer {
  if (text.length > 126) throw new RangeError('too long for a length of one byte')
  return Buffer.concat([Buffer.from([text.length]), Buffer.from(text, 'latin1')])
}

/** A literal with incremental indexing and a name of its own. */
export function inserted(name: string, value: string): Buffer {
  return Buffer.concat([hex('40'), raw(name), raw(value)])
}

/** An indexed field whose index fits into one byte. */
export function indexed(index: number): Buffer {
  if (index > 126) throw new RangeError('too large for an index of one byte')
  return Buffer.from([0x80 | index])
}

/** The dynamic table, newest first, found out by asking for one entry after another. */
export function dynamicTable(decoder: HpackDecoder): HeaderField[] {
  const entries: HeaderField[] = []
  try {
    for (;;) entries.push(...decoder.decode(indexed(firstDynamicIndex + entries.length)).fields)
  } catch (error) {
    if (!(error instanceof HpackError)) throw error
    return entries
  }
}

export function tableBytes(entries: readonly HeaderField[]): number {
  return entries.reduce((sum, { name, value }) => sum + name.length + value.length + 32, 0)
}
