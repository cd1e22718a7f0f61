/** gRPC's status numbers, as far as a host sends them of its own accord. */
export const statusCodes = {
  ok: 0,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
} as const
