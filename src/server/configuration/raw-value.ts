import { MetastoreError } from '../../base/errors.js'
import type { SettingName } from './settings.js'

/** A setting as somebody gave it, not yet checked. */
export interface RawValue {
  readonly text: string
  /** Where it was given, as a person would look for it: `--name`, `ETCD_NAME`, `name in etcd.yaml`. */
  readonly origin: string
}

export type RawValues = ReadonlyMap<SettingName, RawValue>

export function configurationError(message: string, cause?: unknown): MetastoreError {
  return new MetastoreError('configuration-invalid', message, { cause })
}

export function unsupported(origin: string): MetastoreError {
  return configurationError(`${origin}: is a setting of etcd's that metastore does not support yet`)
}
