export {
  type Configuration,
  type MemberConfiguration,
  resolveConfiguration,
} from './configuration.js'
export type { FoundingMember } from './initial-cluster.js'
export { type Invocation, readInvocation } from './invocation.js'
export { configurationError, type RawValue } from './raw-value.js'
export type { LogLevel, SettingName } from './settings.js'
export type { HostUrl } from './urls.js'
