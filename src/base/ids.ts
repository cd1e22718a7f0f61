import { createHash } from 'node:crypto'

/**
 * A founding member's id as etcd derives it: the first 8 bytes, big-endian, of the SHA-1 over the
 * sorted peer URLs and then the cluster's token, with nothing between them.
 */
export function foundingMemberId(peerUrls: readonly string[], clusterToken: string): bigint {
  return leadingId([Buffer.from([...peerUrls].sort().join('') + clusterToken, 'utf8')])
}

/** A cluster's id as etcd derives it: the same digest over its founding members' sorted ids. */
export function clusterIdOf(memberIds: readonly bigint[]): bigint {
  const sorted = [...memberIds].sort((left, right) => (left < right ? -1 : left > right ? 1 : 0))
  return leadingId(sorted.map(eightBytes))
}

/** 16 lower-case hexadecimal digits. */
export function toHexId(id: bigint): string {
  return id.toString(16).padStart(16, '0')
}

function leadingId(parts: readonly Buffer[]): bigint {
  const digest = createHash('sha1')
  for (const part of parts) digest.update(part)
  return digest.digest().readBigUInt64BE(0)
}

function eightBytes(id: bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(id)
  return bytes
}
