import { createRequire } from 'node:module'
import { messageOf } from '../../base/errors.js'
import { configurationError, type RawValue, type RawValues, unsupported } from './raw-value.js'
import { isSettingName, type Setting, type SettingName, settings } from './settings.js'
import { isUnsupportedFlag } from './unsupported-flags.js'

/** Loaded by the first file that is read: most starts have none, and loading takes some 40 ms of the processor. */
const yaml = () => createRequire(import.meta.url)('yaml') as typeof import('yaml')

/**
 * Reads a YAML file whose keys are the flags' names. Keys without a value count as not set.
 * `readFile` returns the text of a file, or throws.
 * @throws MetastoreError `configuration-invalid`
 */
export function readConfigFile(file: RawValue, readFile: (path: string) => string): RawValues {
  const path = file.text
  const label = `${file.origin} ${path}`
  const { isMap, isScalar, parseDocument } = yaml()
  const document = parseDocument(textOf(file, readFile))
  const error = document.errors[0]
  if (error !== undefined) {
    const problem = error.message.split('\n')[0]?.replace(/:$/, '')
    throw configurationError(`${label}: is not YAML: ${problem}`, error)
  }
  const values = new Map<SettingName, RawValue>()
  if (document.contents === null) return values
  if (!isMap(document.contents)) {
    throw configurationError(`${label}: must hold settings of the form "name: value"`)
  }
  for (const pair of document.contents.items) {
    const key = isScalar(pair.key) ? String(pair.key.value) : ''
    const origin = `${key} in ${path}`
    if (isUnsupportedFlag(key)) throw unsupported(origin)
    if (!isSettingName(key)) throw configurationError(`${origin}: is not a setting`)
    const text = scalarText(pair.value, origin)
    if (text !== undefined) values.set(key, { text: withUnit(settings[key], text), origin })
  }
  return values
}

function textOf(file: RawValue, readFile: (path: string) => string): string {
  try {
    return readFile(file.text)
  } catch (error) {
    throw configurationError(
      `${file.origin} ${file.text}: cannot be read: ${messageOf(error)}`,
      error,
    )
  }
}

/** The text as it stands in the file, so that `007` stays what it is. */
function scalarText(node: unknown, origin: string): string | undefined {
  if (node === null || node === undefined) return undefined
  if (!yaml().isScalar(node)) throw configurationError(`${origin}: must be a single value`)
  return node.value === null ? undefined : (node.source ?? String(node.value))
}

function withUnit(setting: Setting<unknown>, text: string): string {
  return setting.fileNumberUnit !== undefined && /^[0-9]+$/.test(text)
    ? text + setting.fileNumberUnit
    : text
}
