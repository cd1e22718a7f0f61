/** Strings of one code unit a byte. */
export interface HeaderField {
  readonly name: string
  readonly value: string
}

const overheadBytes = 32

/** What a field counts for, in a dynamic table (RFC 7541, 4.1) and in a list of fields (RFC 9113, 10.5.1). */
export function fieldBytes(field: HeaderField): number {
  return field.name.length + field.value.length + overheadBytes
}
