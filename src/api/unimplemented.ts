import { MetastoreError } from '../base/errors.js'
import { type MethodDescriptor, type Route, stream, unary } from '../rpc/method.js'
import * as services from './generated/services.js'

/** A route for every known method that `implemented` lacks, which says so. */
export function unimplementedRoutes(implemented: readonly Route[]): Route[] {
  const paths = new Set(implemented.map((route) => route.method.path))
  const methods: MethodDescriptor<never, never>[] = Object.values(services).flatMap((service) =>
    Object.values(service),
  )
  return methods.filter((method) => !paths.has(method.path)).map(refusing)
}

function refusing(method: MethodDescriptor<never, never>): Route {
  const name = method.path.slice(method.path.lastIndexOf('/') + 1)
  const refuse = (): never => {
    throw new MetastoreError('unimplemented', `method ${name} not implemented`)
  }
  return method.kind === 'unary'
    ? unary(method, refuse)
    : stream(method, async () => {
        refuse()
      })
}
