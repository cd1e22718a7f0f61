import { DataDirectory } from '../../src/server/data-directory.js'

/** A process of its own that opens the data directory it is told, says so, and stays. */
const [dataDirectory = ''] = process.argv.slice(2)
await DataDirectory.open({
  dataDirectory,
  walDirectory: undefined,
  identity: { engine: 'memory', clusterId: 1n, memberId: 2n, name: 'one' },
})
process.stdout.write('held\n')
setInterval(() => {}, 60_000)
