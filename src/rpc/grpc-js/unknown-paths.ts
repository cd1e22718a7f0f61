import type { Server } from '@grpc/grpc-js'

interface HandlerLookup {
  _retrieveHandler?: (path: string) => unknown
}

/**
 * Lets calls of paths without a route reach the server's interceptors. grpc-js has no public hook
 * for them and would answer with a text of its own; without this inner method it still does.
 */
export function answerUnknownPaths(server: Server): void {
  const lookup = server as unknown as HandlerLookup
  const known = lookup._retrieveHandler
  if (known === undefined) return
  lookup._retrieveHandler = (path) => known.call(server, path) ?? handlerOf(path)
}

function handlerOf(path: string): object {
  return { path, type: 'unary', func: ignore, serialize: asIs, deserialize: asIs }
}

function asIs(bytes: Buffer): Buffer {
  return bytes
}

function ignore(): void {}
