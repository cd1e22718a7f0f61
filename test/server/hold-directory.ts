import { DataDirectory } from '../../src/server/data-directory.js'

/** A process of its own that opens the data directory it is told, says so, and stays. */
const [dataDirectory = ''] = process.argv.slice(2)
await DataDirectory.open({
  dataDirectory,
  walDirectory: undefined,
  claim: {
    identity: {
      ...{ engine: 'memory', clusterId: 1n, memberId: 2n, name: 'one' },
      founders: [{ id: 2n, name: 'one', peerUrls: ['http://one:1'] }],
    },
    saidBy: undefined,
  },
})
process.stdout.write('held\n')
setInterval(() => {}, 60_000)
