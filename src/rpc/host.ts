import type { Socket } from 'node:net'
import type { DescribeError } from './call-status.js'
import type { Route } from './method.js'

export interface HostOptions {
  readonly routes: readonly Route[]
  readonly describeError: DescribeError
  /** A longer message is refused with ResourceExhausted before it is read. */
  readonly maxReceiveBytes: number
  /** On one connection. */
  readonly maxConcurrentStreams: number
  /** A silent connection is asked for a sign of life. Default: two hours. */
  readonly keepaliveIntervalMs?: number
  /** How long that sign may take. Default: 20 s. */
  readonly keepaliveTimeoutMs?: number
}

export interface CloseOptions {
  /** How long unary calls may run on. */
  readonly graceMs: number
}

/** Carries routes over the network. */
export interface Host {
  /** Calls whose handlers run. */
  readonly runningCalls: number
  /**
   * Listens on one more address and answers its port. `port` 0: one that is free.
   * @throws MetastoreError `address-unusable`, `server-stopped` after {@link close}
   */
  bind(host: string, port: number): Promise<number>
  /**
   * Serves a connection that somebody else accepted and nobody has read from. One over TLS has settled on "h2" in
   * its handshake, else it is ended.
   */
  accept(socket: Socket): void
  /**
   * Stops listening, tells streaming calls to end (they would never do so themselves), lets unary
   * calls run on for `graceMs`, tells the rest to end, and at last cuts what is left. Idempotent.
   */
  close(options: CloseOptions): Promise<void>
}
