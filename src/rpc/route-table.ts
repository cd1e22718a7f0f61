import { invariant } from '../base/errors.js'
import type { CallStatus } from './call-status.js'
import type { Route } from './method.js'
import { statusCodes } from './status-codes.js'

/** The routes of a host by their paths. */
export class RouteTable {
  readonly #routes = new Map<string, Route>()
  readonly #services = new Set<string>()

  /** Two routes for one method are a mistake of the program. */
  constructor(routes: readonly Route[]) {
    for (const route of routes) {
      const { path } = route.method
      invariant(!this.#routes.has(path), `two routes for ${path}`)
      this.#routes.set(path, route)
      this.#services.add(path.slice(1, path.lastIndexOf('/')))
    }
  }

  get(path: string): Route | undefined {
    return this.#routes.get(path)
  }

  /** For a method no route answers, worded as Go's gRPC server does: clients match on it. */
  unknown(path: string): CallStatus {
    const slash = path.lastIndexOf('/')
    if (slash < 1 || !path.startsWith('/')) {
      return unimplemented(`malformed method name: ${JSON.stringify(path)}`)
    }
    const service = path.slice(1, slash)
    const method = path.slice(slash + 1)
    return this.#services.has(service)
      ? unimplemented(`unknown method ${method} for service ${service}`)
      : unimplemented(`unknown service ${service}`)
  }
}

function unimplemented(message: string): CallStatus {
  return { status: statusCodes.unimplemented, message }
}
