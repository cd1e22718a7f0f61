import { isIP } from 'node:net'
import { z } from 'zod'
import type { ValueSchema } from './values.js'

/** One `http://host:port`. */
export interface HostUrl {
  /** As it was given: ids derive from the text, so nothing is normalised but the scheme's case. */
  readonly text: string
  /** Without the brackets of an IPv6 address. */
  readonly host: string
  /** 0 to 65535. */
  readonly port: number
}

type Check = (url: HostUrl) => string | undefined

/** URLs to listen on: an IP address or `localhost`, and a port; 0 lets the system choose one. */
export function listenUrls(): ValueSchema<readonly HostUrl[]> {
  return urlList((url) =>
    url.host === 'localhost' || isIP(url.host) !== 0
      ? undefined
      : 'must name an IP address or localhost to listen on',
  )
}

/** URLs that others are told. */
export function advertisedUrls(): ValueSchema<readonly HostUrl[]> {
  return urlList((url) => (url.host === '' ? 'must name a host in every URL' : undefined))
}

/**
 * Splits and checks `http://host:port,http://host:port`; repeated URLs count once.
 * Returns what is wrong as a text.
 */
export function parseUrls(text: string, check: Check): readonly HostUrl[] | string {
  const urls = new Map<string, HostUrl>()
  for (const part of text.split(',')) {
    const url = parseUrl(part.trim())
    if (typeof url === 'string') return url
    const problem = check(url)
    if (problem !== undefined) return problem
    urls.set(url.text, url)
  }
  return [...urls.values()]
}

function urlList(check: Check): ValueSchema<readonly HostUrl[]> {
  return z.string().transform((text, context) => {
    const parsed = parseUrls(text, check)
    if (typeof parsed !== 'string') return parsed
    context.addIssue({ code: 'custom', message: parsed })
    return z.NEVER
  })
}

function parseUrl(text: string): HostUrl | string {
  const scheme = /^([a-z]+):\/\//i.exec(text)?.[1]?.toLowerCase()
  if (scheme === 'https') return 'https is not supported yet; use http'
  if (scheme === 'unix' || scheme === 'unixs') return 'unix sockets are not supported yet; use http'
  const parts = /^http:\/\/(?:\[([0-9a-f:.%]+)\]|([^\s:/?#@[\]]*)):([0-9]{1,5})$/i.exec(text)
  const port = Number(parts?.[3])
  if (parts === null || port > 65_535) {
    return 'must be URLs of the form http://host:port, separated by commas'
  }
  const host = parts[1] ?? parts[2] ?? ''
  return { text: `http${text.slice('http'.length)}`, host, port }
}
