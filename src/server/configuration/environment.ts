import { type RawValue, type RawValues, unsupported } from './raw-value.js'
import { type SettingName, settingNames, variableOf } from './settings.js'
import { isUnsupportedFlag } from './unsupported-flags.js'

export type Environment = Readonly<Record<string, string | undefined>>

export interface EnvironmentValues {
  readonly values: RawValues
  readonly configFile: RawValue | undefined
  /** Variables that look like etcd's and mean nothing. */
  readonly unrecognized: readonly string[]
}

/** Reads `ETCD_…` variables. Empty ones count as not set. */
export function readEnvironment(environment: Environment): EnvironmentValues {
  const values = new Map<SettingName, RawValue>()
  for (const name of settingNames) {
    const text = environment[variableOf(name)] ?? ''
    if (text !== '') values.set(name, { text, origin: variableOf(name) })
  }
  const fileVariable = variableOf('config-file')
  const file = environment[fileVariable] ?? ''
  const known = new Set([...settingNames.map(variableOf), fileVariable])
  const others = Object.keys(environment).filter(
    (variable) => variable.startsWith('ETCD_') && !known.has(variable) && environment[variable],
  )
  return {
    values,
    configFile: file === '' ? undefined : { text: file, origin: fileVariable },
    unrecognized: others.sort(),
  }
}

/** @throws MetastoreError `configuration-invalid` for a variable of etcd's that has no effect here */
export function refuseUnsupportedVariables(variables: readonly string[]): void {
  for (const variable of variables) {
    const flagName = variable.slice('ETCD_'.length).toLowerCase().replaceAll('_', '-')
    if (isUnsupportedFlag(flagName)) throw unsupported(variable)
  }
}
