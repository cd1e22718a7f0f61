import { etcdApiVersion } from '../../base/api-version.js'
import { metastoreVersion } from '../versions.js'
import { helpText, readCommandLine } from './command-line.js'
import { readConfigFile } from './config-file.js'
import { type Configuration, resolveConfiguration } from './configuration.js'
import { type Environment, readEnvironment, refuseUnsupportedVariables } from './environment.js'

/** What somebody who starts the command asks for. */
export type Invocation =
  | {
      readonly kind: 'serve'
      readonly configuration: Configuration
      /** Lines about what was given and has no effect. */
      readonly warnings: readonly string[]
    }
  | { readonly kind: 'print'; readonly text: string }

/** Everything outside the process that configures it. */
export interface InvocationSources {
  /** Without the program's own name. */
  readonly words: readonly string[]
  readonly environment: Environment
  /** The text of a file; throws where there is none. */
  readonly readFile: (path: string) => string
}

/** @throws MetastoreError `configuration-invalid`, whose message is one line */
export function readInvocation(sources: InvocationSources): Invocation {
  const flags = readCommandLine(sources.words)
  if (flags.help) return { kind: 'print', text: helpText() }
  if (flags.version) return { kind: 'print', text: versionText() }
  const environment = readEnvironment(sources.environment)
  const configFile = flags.configFile ?? environment.configFile
  if (configFile !== undefined) {
    const given = [...flags.values.values(), ...environment.values.values()].map(
      (raw) => raw.origin,
    )
    return {
      kind: 'serve',
      configuration: resolveConfiguration(readConfigFile(configFile, sources.readFile)),
      warnings: [...given, ...environment.unrecognized].map(
        (origin) => `${origin} has no effect: ${configFile.text} replaces flags and variables`,
      ),
    }
  }
  refuseUnsupportedVariables(environment.unrecognized)
  return {
    kind: 'serve',
    configuration: resolveConfiguration(new Map([...environment.values, ...flags.values])),
    warnings: environment.unrecognized.map(
      (variable) => `${variable} has no effect: not a setting`,
    ),
  }
}

function versionText(): string {
  return [
    `etcd Version: ${etcdApiVersion}`,
    `metastore Version: ${metastoreVersion}`,
    `Node Version: ${process.version.slice(1)}`,
  ].join('\n')
}
