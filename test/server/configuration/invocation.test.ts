import { describe, expect, test } from 'vitest'
import type { Configuration } from '../../../src/server/configuration/index.js'
import { fromFile, type Given, invoke } from './given.js'

function configure(given: Given): Configuration {
  const invocation = invoke(given)
  if (invocation.kind === 'print') throw new Error(`printed ${invocation.text}`)
  return invocation.configuration
}

describe('what is given', () => {
  test('nothing: the defaults of etcd, and the LevelDB engine', () => {
    expect(configure({})).toEqual({
      name: 'default',
      engine: 'level',
      dataDirectory: `${process.cwd()}/default.metastore`,
      walDirectory: undefined,
      listenClientUrls: [{ text: 'http://localhost:2379', host: 'localhost', port: 2379 }],
      advertiseClientUrls: undefined,
      listenPeerUrls: undefined,
      initialAdvertisePeerUrls: ['http://localhost:2380'],
      initialCluster: [{ name: 'default', peerUrls: ['http://localhost:2380'] }],
      initialClusterState: 'new',
      initialClusterToken: 'etcd-cluster',
      identityGiven: false,
      initialElectionTickAdvance: true,
      waitClusterReadyTimeoutMs: 5000,
      snapshotCatchUpEntries: 10_000,
      heartbeatIntervalMs: 100,
      electionTimeoutMs: 1000,
      watchProgressIntervalMs: 600_000,
      autoCompaction: undefined,
      leaseCheckpoints: false,
      grpcServer: 'own',
      maxTxnOps: 128,
      maxRequestBytes: 1_572_864,
      keyFactsBytes: 67_108_864,
      rangeCacheBytes: 33_554_432,
      rangeCacheFileBytes: 1_073_741_824,
      maxConcurrentStreams: 4_294_967_295,
      logLevel: 'info',
      logFormat: undefined,
    })
  })

  test('every flag reaches its place', () => {
    const words = [
      '--name=one --data-dir=/data --wal-dir /log --engine memory --heartbeat-interval 20',
      '--listen-client-urls http://127.0.0.1:1,http://[::1]:0 --election-timeout 100',
      '--advertise-client-urls http://here:1 --initial-advertise-peer-urls http://b:2,http://a:1',
      '--initial-cluster one=http://a:1,two=http://c:3,one=http://b:2 --listen-peer-urls http://[::]:3',
      '--initial-cluster-state existing --initial-election-tick-advance=false',
      '--wait-cluster-ready-timeout 7s --snapshot-catchup-entries 8',
      '--initial-cluster-token t --max-txn-ops 5 --max-request-bytes 6 --max-concurrent-streams 7',
      '--auto-compaction-mode revision --auto-compaction-retention 1000',
      '--range-cache-bytes 0 --key-facts-bytes 8 --range-cache-file-bytes 8 --grpc-server grpc-js --feature-gates LeaseCheckpoint=true',
      '--watch-progress-notify-interval 1m30s --log-level panic --log-format console',
    ].flatMap((line) => line.split(' '))
    expect(configure({ words })).toEqual({
      name: 'one',
      engine: 'memory',
      dataDirectory: '/data',
      walDirectory: '/log',
      listenClientUrls: [
        { text: 'http://127.0.0.1:1', host: '127.0.0.1', port: 1 },
        { text: 'http://[::1]:0', host: '::1', port: 0 },
      ],
      advertiseClientUrls: ['http://here:1'],
      listenPeerUrls: [{ text: 'http://[::]:3', host: '::', port: 3 }],
      initialAdvertisePeerUrls: ['http://b:2', 'http://a:1'],
      initialCluster: [
        { name: 'one', peerUrls: ['http://a:1', 'http://b:2'] },
        { name: 'two', peerUrls: ['http://c:3'] },
      ],
      initialClusterState: 'existing',
      initialClusterToken: 't',
      identityGiven: true,
      initialElectionTickAdvance: false,
      waitClusterReadyTimeoutMs: 7000,
      snapshotCatchUpEntries: 8,
      heartbeatIntervalMs: 20,
      electionTimeoutMs: 100,
      watchProgressIntervalMs: 90_000,
      autoCompaction: { mode: 'revision', revisions: 1000 },
      leaseCheckpoints: true,
      grpcServer: 'grpc-js',
      maxTxnOps: 5,
      maxRequestBytes: 6,
      rangeCacheBytes: 0,
      keyFactsBytes: 8,
      rangeCacheFileBytes: 8,
      maxConcurrentStreams: 7,
      logLevel: 'panic',
      logFormat: 'console',
    })
  })

  test('one dash does as well as two, and of a repeated flag the last counts', () => {
    const { name, dataDirectory } = configure({ words: ['-name', 'a', '-data-dir=/d', '--name=b'] })
    expect({ name, dataDirectory }).toEqual({ name: 'b', dataDirectory: '/d' })
  })

  test('the data directory is named after the member', () => {
    expect(configure({ words: ['--name', 'x'] }).dataDirectory).toBe(`${process.cwd()}/x.metastore`)
  })

  test.each([
    ['0', undefined],
    ['0s', undefined],
    ['1', 3_600_000],
    ['72', 72 * 3_600_000],
    ['90m', 5_400_000],
    ['1h30m', 5_400_000],
  ])('a retention of %s, without a mode, is that many hours or that time', (text, periodMs) => {
    const { autoCompaction } = configure({ words: ['--auto-compaction-retention', text] })
    expect(autoCompaction).toEqual(periodMs && { mode: 'periodic', periodMs })
  })

  test.each([
    ['', false],
    ['LeaseCheckpoint=false', false],
    ['LeaseCheckpoint=true,LeaseCheckpointPersist=true', true],
    ['LeaseCheckpointPersist=true, LeaseCheckpoint=T', true],
    ['LeaseCheckpoint=true,LeaseCheckpoint=0', false],
    ['AllAlpha=false,TxnModeWriteWithSharedBuffer=false,LeaseCheckpoint=1', true],
  ])('the feature gates %j switch checkpoints of leases: %s', (text, on) => {
    expect(configure({ words: [`--feature-gates=${text}`] }).leaseCheckpoints).toBe(on)
  })

  test('a switch needs no value', () => {
    const words = ['--initial-election-tick-advance', '--name', 'x']
    const { name, initialElectionTickAdvance } = configure({ words })
    expect({ name, initialElectionTickAdvance }).toEqual({
      name: 'x',
      initialElectionTickAdvance: true,
    })
  })

  test.each([
    ['--name a', 'a', false],
    ['--name a --initial-advertise-peer-urls http://a:1', 'a', true],
    ['--initial-cluster-token t', 'default', true],
  ])('%s: a member that founds a cluster alone', (line, name, identityGiven) => {
    const configuration = configure({ words: line.split(' ') })
    expect(configuration.initialCluster.map((member) => member.name)).toEqual([name])
    expect(configuration.identityGiven).toBe(identityGiven)
  })

  test('a URL given twice counts once, and spaces after a comma do not matter', () => {
    const words = ['--listen-client-urls', 'http://127.0.0.1:1, http://127.0.0.1:1']
    expect(configure({ words }).listenClientUrls).toHaveLength(1)
  })
})

describe('precedence', () => {
  test('a flag wins over its variable, a variable over the default; an empty one is not set', () => {
    const environment = { ETCD_NAME: 'variable', ETCD_MAX_TXN_OPS: '7', ETCD_WAL_DIR: '' }
    const { name, maxTxnOps, walDirectory } = configure({ words: ['--name', 'flag'], environment })
    expect({ name, maxTxnOps, walDirectory }).toEqual({
      name: 'flag',
      maxTxnOps: 7,
      walDirectory: undefined,
    })
  })

  test('a file replaces flags and variables, and each that loses its effect is named', () => {
    const invocation = invoke({
      words: ['--engine', 'memory', ...fromFile],
      environment: { ETCD_NAME: 'variable', ETCD_OTHER: 'x' },
      file: 'max-txn-ops: 9',
    })
    expect(invocation).toMatchObject({
      configuration: { name: 'default', engine: 'level', maxTxnOps: 9 },
      warnings: [
        '--engine has no effect: etcd.yaml replaces flags and variables',
        'ETCD_NAME has no effect: etcd.yaml replaces flags and variables',
        'ETCD_OTHER has no effect: etcd.yaml replaces flags and variables',
      ],
    })
  })

  test('the file can be named by a variable, and the flag wins over it', () => {
    const file = 'name: filed'
    const byVariable = { environment: { ETCD_CONFIG_FILE: 'etcd.yaml' }, file }
    expect(configure(byVariable).name).toBe('filed')
    expect(
      configure({ words: fromFile, environment: { ETCD_CONFIG_FILE: 'no.yaml' }, file }).name,
    ).toBe('filed')
  })

  test('values in a file are taken as they stand; a bare duration is in nanoseconds', () => {
    const file = 'name: 007\nwal-dir:\nwatch-progress-notify-interval: 5000000000'
    const { name, walDirectory, watchProgressIntervalMs } = configure({ words: fromFile, file })
    expect({ name, walDirectory, watchProgressIntervalMs }).toEqual({
      name: '007',
      walDirectory: undefined,
      watchProgressIntervalMs: 5000,
    })
    const text = 'watch-progress-notify-interval: "5s"'
    expect(configure({ words: fromFile, file: text }).watchProgressIntervalMs).toBe(5000)
  })

  test('an empty file is a file without settings', () => {
    expect(configure({ words: fromFile, file: '# nothing\n' }).name).toBe('default')
  })

  test('a variable that means nothing is reported, not refused', () => {
    expect(invoke({ environment: { ETCD_VERSION: 'v3', ETCDCTL_API: '3' } })).toMatchObject({
      warnings: ['ETCD_VERSION has no effect: not a setting'],
    })
  })
})

describe('what is printed', () => {
  test('the version begins with the level of the API', () => {
    const invocation = invoke({ words: ['--version'] })
    expect(invocation.kind === 'print' && invocation.text.split('\n')).toEqual([
      'etcd Version: 3.7.1',
      expect.stringMatching(/^metastore Version: [0-9]+\.[0-9]+\.[0-9]+/),
      `Node Version: ${process.versions.node}`,
    ])
  })

  test.each(['--help', '-h', '-help'])('%s names every flag with its default', (word) => {
    const invocation = invoke({ words: [word] })
    const text = invocation.kind === 'print' ? invocation.text.replace(/\s+/g, ' ') : ''
    const flags = 'name data-dir wal-dir engine listen-client-urls advertise-client-urls'
      .concat(' initial-advertise-peer-urls initial-cluster initial-cluster-state')
      .concat(' listen-peer-urls initial-election-tick-advance wait-cluster-ready-timeout')
      .concat(' snapshot-catchup-entries')
      .concat(' initial-cluster-token heartbeat-interval election-timeout max-txn-ops')
      .concat(' max-request-bytes max-concurrent-streams watch-progress-notify-interval')
      .concat(' feature-gates log-level log-format config-file version help')
    for (const flag of flags.split(' ')) expect(text).toContain(` --${flag} `)
    for (const value of ['<name>.metastore', 'level', 'http://localhost:2379', '1572864', '10m']) {
      expect(text).toContain(`(default: ${value})`)
    }
    for (const heading of ['Member:', 'Cluster:', 'Limits:', 'Features:', 'Logging:', 'General:']) {
      expect(text).toContain(heading)
    }
    expect(text).toContain('ETCD_DATA_DIR')
  })

  test('no line of the help is wider than 100 characters', () => {
    const invocation = invoke({ words: ['--help'] })
    const lines = invocation.kind === 'print' ? invocation.text.split('\n') : []
    expect(lines.filter((line) => line.length > 100)).toEqual([])
  })
})
