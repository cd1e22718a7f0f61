import { Listeners } from '../rpc/listeners.js'
import type { HostUrl } from './configuration/index.js'

/** Like Go's, so that what is said of `localhost` does not depend on the resolver. */
export function addressOf(url: HostUrl): string {
  return url.host === 'localhost' ? '127.0.0.1' : url.host
}

/**
 * Finds out whether the addresses can be listened on, so that a start that would fail for them does
 * so before it has touched any data.
 * @throws MetastoreError `address-unusable`
 */
export async function checkAddresses(urls: readonly HostUrl[]): Promise<void> {
  const listeners = new Listeners((socket) => socket.destroy())
  try {
    for (const url of urls) await listeners.listen(addressOf(url), url.port)
  } finally {
    await listeners.close()
  }
}
