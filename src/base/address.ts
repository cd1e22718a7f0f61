/** Where somebody listens on the network. */
export interface Address {
  /** A host name or an IP address, without brackets. */
  readonly host: string
  readonly port: number
}

/** Such as `127.0.0.1:2379` or `[::1]:2379`. */
export function endpointOf({ host, port }: Address): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}
