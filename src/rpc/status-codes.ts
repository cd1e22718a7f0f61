/** gRPC's status numbers, as far as a host or a client comes to them of its own accord. */
export const statusCodes = {
  ok: 0,
  unknown: 2,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
} as const
