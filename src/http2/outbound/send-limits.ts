/** What all streams of a connection share when they send. */
export interface SendLimits {
  /** Bytes of body that the peer takes on the whole connection. */
  readonly sendWindowBytes: number
  /** True: bodies wait, because the socket does not keep up. */
  readonly congested: boolean
}
