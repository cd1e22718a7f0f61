import { createRequire } from 'node:module'

const manifest: unknown = createRequire(import.meta.url)('../../package.json')

/** This package's own version. */
export const metastoreVersion: string = versionOf(manifest)

function versionOf(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'version' in value)
    return String(value.version)
  return 'unknown'
}
