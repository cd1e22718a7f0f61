import { createMetastore } from '../support/embedded-server.js'

/** A process that embeds a server, uses it, closes it, and has nothing more to do. */
const [dataDirectory = ''] = process.argv.slice(2)
const server = await createMetastore({ dataDirectory })
await server.store.put({ key: Buffer.from('a') })
await server.close()
process.stdout.write('closed\n')
