/** How a call ended, in gRPC's own numbers. */
export interface CallStatus {
  readonly status: number
  readonly message: string
}

/** Says what a caller sees of whatever a handler threw. Must not throw. */
export type DescribeError = (thrown: unknown) => CallStatus
