import type { Address } from '../base/address.js'
import { MetastoreError } from '../base/errors.js'

/** @throws MetastoreError `configuration-invalid` when `url` is not like `http://host:port` */
export function addressOf(url: string): Address {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed?.protocol !== 'http:' || parsed.hostname === '') {
    throw new MetastoreError('configuration-invalid', `not a peer URL: ${JSON.stringify(url)}`)
  }
  const host = parsed.hostname.replace(/^\[(.*)\]$/, '$1')
  return { host, port: parsed.port === '' ? 80 : Number(parsed.port) }
}
