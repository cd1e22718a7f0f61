export { type Configuration, type MemberConfiguration, resolveConfiguration } from './configuration.js'
export { type Invocation, type InvocationSources, readInvocation } from './invocation.js'
export type { LogLevel } from './settings.js'
export type { HostUrl } from './urls.js'
