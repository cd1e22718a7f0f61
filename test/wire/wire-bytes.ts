import fc from 'fast-check'

export function varint(value: bigint | number): number[] {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128)
  return [...bytes, Number(rest)]
}

/** A field with its value's bytes as they are. */
export function field(id: number, wireType: number, value: Iterable<number>): Buffer {
  return Buffer.from([...varint(id * 8 + wireType), ...value])
}

export function varintField(id: number, value: bigint | number): Buffer {
  return field(id, 0, varint(value))
}

export function bytesField(id: number, value: Uint8Array): Buffer {
  return Buffer.concat([field(id, 2, varint(value.length)), value])
}

/** Fields of every wire type under numbers that no message uses, groups in groups included. */
export const unknownFields: fc.Arbitrary<Buffer> = fc
  .array(fc.letrec<{ field: Buffer }>((tie) => ({ field: unknownField(tie('field')) })).field, {
    maxLength: 4,
  })
  .map((fields) => Buffer.concat(fields))

function unknownField(inner: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> {
  const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
  const id = fc.integer({ min: 1000, max: 536_870_911 })
  return fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.tuple(id, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })).map(([n, v]) => varintField(n, v)),
    fc.tuple(id, bytes(8)).map(([n, value]) => field(n, 1, value)),
    fc.tuple(id, bytes(4)).map(([n, value]) => field(n, 5, value)),
    fc.tuple(id, fc.uint8Array({ maxLength: 20 })).map(([n, value]) => bytesField(n, value)),
    fc
      .tuple(id, fc.array(inner, { maxLength: 2 }))
      .map(([n, fields]) => Buffer.concat([field(n, 3, []), ...fields, field(n, 4, [])])),
  )
}
