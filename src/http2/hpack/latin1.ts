/** Methods that every Buffer of Node has and its types leave out. */
interface Latin1Buffer {
  latin1Slice(start: number, end: number): string
}

/** As `toString('latin1')`, without looking the encoding up each time. */
export function latin1Slice(bytes: Buffer, start: number, end: number): string {
  return (bytes as unknown as Latin1Buffer).latin1Slice(start, end)
}
