import type { HostUrl } from './urls.js'
import { parseUrls } from './urls.js'

/**
 * What is wrong with `name=url,name=url` as the founding members, seen from the only member there
 * is; undefined: nothing.
 */
export function initialClusterProblem(
  text: string,
  name: string,
  peerUrls: readonly HostUrl[],
): string | undefined {
  const urlsByName = new Map<string, Set<string>>()
  for (const part of text.split(',')) {
    const at = part.indexOf('=')
    if (at < 1) return 'must be of the form name=http://host:port'
    const urls = parseUrls(part.slice(at + 1), () => undefined)
    if (typeof urls === 'string') return urls
    const memberName = part.slice(0, at).trim()
    const known = urlsByName.get(memberName) ?? new Set()
    urlsByName.set(memberName, known)
    for (const url of urls) known.add(url.text)
  }
  const own = urlsByName.get(name)
  if (own === undefined) return `does not name this member, "${name}"`
  if (urlsByName.size > 1) return 'names several members; clusters of several are not supported yet'
  const advertised = new Set(peerUrls.map((url) => url.text))
  return own.size === advertised.size && [...own].every((url) => advertised.has(url))
    ? undefined
    : `does not list the same URLs for "${name}" as --initial-advertise-peer-urls`
}
