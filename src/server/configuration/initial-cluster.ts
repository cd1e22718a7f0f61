import { type HostUrl, parseUrls } from './urls.js'

/** A member that founds a cluster. */
export interface FoundingMember {
  readonly name: string
  /** In the order they were given. */
  readonly peerUrls: readonly string[]
}

/**
 * Reads `name=url,name=url`, in which a name may come several times, as the members that found a
 * cluster; or what is wrong, in etcd's words where it has some.
 */
export function foundingMembers(
  text: string,
  name: string,
  ownUrls: readonly string[],
): readonly FoundingMember[] | string {
  const urlsByName = new Map<string, string[]>()
  const seen = new Set<string>()
  for (const part of text.split(',')) {
    const at = part.indexOf('=')
    if (at < 1) return 'must be of the form name=http://host:port'
    const urls = parseUrls(part.slice(at + 1), reachable)
    if (typeof urls === 'string') return urls
    const memberName = part.slice(0, at).trim()
    const known = urlsByName.get(memberName) ?? []
    urlsByName.set(memberName, known)
    for (const url of urls) {
      if (seen.has(url.text)) return `initial cluster has duplicate url ${url.text}`
      seen.add(url.text)
      known.push(url.text)
    }
  }
  const own = urlsByName.get(name)
  if (own === undefined) {
    return `couldn't find local name ${JSON.stringify(name)} in the initial cluster configuration`
  }
  return (
    differingUrls(name, own, ownUrls) ??
    [...urlsByName].map(([memberName, peerUrls]) => ({ name: memberName, peerUrls }))
  )
}

function reachable(url: HostUrl): string | undefined {
  return url.host === '' || url.port === 0 ? 'must name a host and a port in every URL' : undefined
}

function differingUrls(
  name: string,
  listed: readonly string[],
  advertised: readonly string[],
): string | undefined {
  const notAdvertised = listed.filter((url) => !advertised.includes(url))
  if (notAdvertised.length > 0) {
    return (
      `--initial-cluster has ${named(name, notAdvertised)} but missing from ` +
      `--initial-advertise-peer-urls=${advertised.join(',')}`
    )
  }
  const notListed = advertised.filter((url) => !listed.includes(url))
  if (notListed.length === 0) return undefined
  return (
    `--initial-advertise-peer-urls has ${notListed.join(',')} but missing from ` +
    `--initial-cluster=${named(name, listed)}`
  )
}

function named(name: string, urls: readonly string[]): string {
  return urls.map((url) => `${name}=${url}`).join(',')
}
