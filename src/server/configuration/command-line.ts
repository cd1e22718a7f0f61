import { Command, CommanderError, Option } from 'commander'
import { configurationError, type RawValue, type RawValues, unsupported } from './raw-value.js'
import {
  isSettingName,
  type Setting,
  type SettingName,
  settingNames,
  settings,
} from './settings.js'
import { isUnsupportedFlag } from './unsupported-flags.js'

export interface CommandLine {
  readonly values: RawValues
  readonly configFile: RawValue | undefined
  readonly version: boolean
  readonly help: boolean
}

const general = 'General:'

const footer = `
Every flag is also a variable: --data-dir is ETCD_DATA_DIR. Flags win over variables. A file given
with --config-file (YAML, the flags' names as keys) replaces both: then nothing else is read.

Examples:
  metastore
  metastore --name one --data-dir /var/lib/metastore --listen-client-urls http://0.0.0.0:2379
  metastore --engine memory --listen-client-urls http://127.0.0.1:0
  metastore --name a --listen-peer-urls http://10.0.0.1:2380 \\
    --initial-advertise-peer-urls http://10.0.0.1:2380 \\
    --initial-cluster a=http://10.0.0.1:2380,b=http://10.0.0.2:2380,c=http://10.0.0.3:2380`

/**
 * Reads flags; as with etcd, one dash does as well as two, and of a repeated flag the last counts.
 * @throws MetastoreError `configuration-invalid`
 */
export function readCommandLine(words: readonly string[]): CommandLine {
  const command = describeCommand()
  try {
    command.parse(words.map(withTwoDashes), { from: 'user' })
  } catch (error) {
    throw error instanceof CommanderError ? translate(error) : error
  }
  const stray = command.args[0]
  if (stray !== undefined) throw configurationError(`${JSON.stringify(stray)}: is not a flag`)
  const given = command.opts<Record<string, unknown>>()
  const values = new Map<SettingName, RawValue>()
  for (const option of command.options) {
    const name = option.name()
    const value = given[option.attributeName()]
    const text = value === true ? 'true' : value
    if (isSettingName(name) && typeof text === 'string')
      values.set(name, { text, origin: `--${name}` })
  }
  const configFile = given.configFile
  return {
    values,
    configFile:
      typeof configFile === 'string' && configFile !== ''
        ? { text: configFile, origin: '--config-file' }
        : undefined,
    version: given.version === true,
    help: given.help === true,
  }
}

export function helpText(): string {
  return describeCommand().helpInformation() + footer
}

function describeCommand(): Command {
  const command = new Command('metastore')
    .usage('[flags]')
    .description(
      'An etcd-compatible server: a member of a cluster, serving until it is told to stop.',
    )
    .helpOption(false)
    .allowExcessArguments(true)
    .exitOverride()
    .configureOutput({ writeOut: () => {}, writeErr: () => {} })
    .configureHelp({ helpWidth: 100 })
  for (const name of settingNames) command.addOption(describeSetting(name))
  return command
    .addOption(
      new Option(
        '--config-file <path>',
        'YAML file to read instead of flags and variables',
      ).helpGroup(general),
    )
    .addOption(new Option('--version', 'print versions').helpGroup(general))
    .addOption(new Option('-h, --help', 'print this text').helpGroup(general))
}

function describeSetting(name: SettingName): Option {
  const setting: Setting<unknown> = settings[name]
  const byDefault = setting.defaultNote ?? setting.defaultText
  return new Option(
    `--${name} ${setting.placeholder}`,
    `${setting.description} (default: ${byDefault})`,
  ).helpGroup(setting.group)
}

/** `-data-dir=x` is what many a script for etcd says. */
function withTwoDashes(word: string): string {
  const name = /^-([a-z][a-z0-9-]+)(=|$)/.exec(word)?.[1]
  if (name === undefined) return word
  const known = isSettingName(name) || isUnsupportedFlag(name)
  return known || ['config-file', 'version', 'help'].includes(name) ? `-${word}` : word
}

function translate(error: CommanderError): Error {
  const [named, suggestion] = error.message.replace(/^error: /, '').split('\n')
  const word = /'(-[^' ]*)/.exec(named ?? '')?.[1]
  const flag = word?.replace(/=.*$/s, '')
  if (error.code === 'commander.unknownOption' && flag !== undefined) {
    if (isUnsupportedFlag(flag.replace(/^-+/, ''))) return unsupported(flag)
    const hint = suggestion === undefined ? '' : ` ${suggestion.toLowerCase()}`
    return configurationError(`${flag}: is not a flag${hint}`, error)
  }
  if (error.code === 'commander.optionMissingArgument' && flag !== undefined) {
    return configurationError(`${flag}: needs a value`, error)
  }
  return configurationError(named ?? error.message, error)
}
