import { describe, expect, test } from 'vitest'
import { fromFile, type Given, invoke } from './given.js'

function refusal(given: Given): string {
  try {
    invoke(given)
  } catch (error) {
    expect(error).toMatchObject({ name: 'MetastoreError', code: 'configuration-invalid' })
    return (error as Error).message
  }
  throw new Error('was not refused')
}

describe('one line says what is wrong, and where', () => {
  const urlForm = 'must be URLs of the form http://host:port, separated by commas'
  const nameRule = 'must not be empty or contain a comma or an equals sign'
  const unsupported = "is a setting of etcd's that metastore does not support yet"

  test.each([
    ['--nam x', '--nam: is not a flag (did you mean --name?)'],
    ['--zzz=3', '--zzz: is not a flag'],
    ['-x', '-x: is not a flag'],
    ['serve', '"serve": is not a flag'],
    ['--name', '--name: needs a value'],
    ['--name=', `--name: ${nameRule}, not ""`],
    ['--name a=b', `--name: ${nameRule}, not "a=b"`],
    ['--engine disk', '--engine: must be one of memory, level, not "disk"'],
    [
      '--log-level verbose',
      '--log-level: must be one of debug, info, warn, error, panic, fatal, not "verbose"',
    ],
    ['--log-format xml', '--log-format: must be one of json, console, not "xml"'],
    ['--max-txn-ops 0', '--max-txn-ops: must be a whole number from 1 to 1000000, not "0"'],
    ['--max-txn-ops -5', '--max-txn-ops: must be a whole number from 1 to 1000000, not "-5"'],
    [
      '--auto-compaction-mode hourly',
      '--auto-compaction-mode: must be one of periodic, revision, not "hourly"',
    ],
    ...['-1', '-1h', '1.5', 'abc', ''].map((text) => [
      `--auto-compaction-retention=${text}`,
      '--auto-compaction-retention: must be a duration, such as 30m or 8h, or a whole number of ' +
        `hours, not "${text}"`,
    ]),
    [
      '--auto-compaction-mode revision --auto-compaction-retention 1h',
      '--auto-compaction-retention: must be a whole number from 0 to 9007199254740991, not "1h"',
    ],
    ...[
      ['LeaseCheckpoint', 'must be of the form Gate=true,Gate=false'],
      ['LeaseCheckpoint=yes', 'must be of the form Gate=true,Gate=false'],
      ['LeaseCheckpoint=true,Other=false', 'Other is not a feature gate'],
      ['AllBeta=true', 'AllBeta is a feature gate that metastore does not support yet'],
      ['LeaseCheckpointPersist=true', 'LeaseCheckpointPersist needs LeaseCheckpoint=true'],
    ].map(([text, problem]) => [
      `--feature-gates ${text}`,
      `--feature-gates: ${problem}, not "${text}"`,
    ]),
    [
      '--max-request-bytes 1k',
      '--max-request-bytes: must be a whole number from 1 to 1073741824, not "1k"',
    ],
    [
      '--max-concurrent-streams 4294967296',
      '--max-concurrent-streams: must be a whole number from 1 to 4294967295, not "4294967296"',
    ],
    [
      '--heartbeat-interval 0.5',
      '--heartbeat-interval: must be a whole number from 1 to 10000, not "0.5"',
    ],
    [
      '--election-timeout 50001',
      '--election-timeout: must be a whole number from 1 to 50000, not "50001"',
    ],
    [
      '--election-timeout 499',
      '--election-timeout: must be at least 5 times the heartbeat interval of 100 ms, not 499 ms',
    ],
    ...['5', '0s', '1d', ''].map((text) => [
      `--watch-progress-notify-interval=${text}`,
      '--watch-progress-notify-interval: must be a duration above zero, such as 10m, 90s or ' +
        `1h30m, not "${text}"`,
    ]),
    ...['', 'localhost:1', 'http://localhost', 'http://localhost:1/', 'http://localhost:65536'].map(
      (text) => [`--listen-client-urls=${text}`, `--listen-client-urls: ${urlForm}, not "${text}"`],
    ),
    [
      '--listen-client-urls http://example.com:1',
      '--listen-client-urls: must name an IP address or localhost to listen on, not ' +
        '"http://example.com:1"',
    ],
    [
      '--listen-client-urls http://127.0.0.1:1,https://127.0.0.1:2',
      '--listen-client-urls: https is not supported yet; use http, not ' +
        '"http://127.0.0.1:1,https://127.0.0.1:2"',
    ],
    [
      '--advertise-client-urls https://a:1',
      '--advertise-client-urls: https is not supported yet; use http, not "https://a:1"',
    ],
    [
      '--listen-client-urls unix://x:1',
      '--listen-client-urls: unix sockets are not supported yet; use http, not "unix://x:1"',
    ],
    [
      '--initial-advertise-peer-urls http://:1',
      '--initial-advertise-peer-urls: must name a host in every URL, not "http://:1"',
    ],
    [
      '--initial-cluster-state joining',
      '--initial-cluster-state: must be one of new, existing, not "joining"',
    ],
    [
      '--initial-cluster x=http://localhost:2380',
      '--initial-cluster: couldn\'t find local name "default" in the initial cluster ' +
        'configuration, in "x=http://localhost:2380"',
    ],
    [
      '--initial-cluster default=http://x:1',
      '--initial-cluster: --initial-cluster has default=http://x:1 but missing from ' +
        '--initial-advertise-peer-urls=http://localhost:2380, in "default=http://x:1"',
    ],
    [
      '--initial-cluster default=http://x:1 --initial-advertise-peer-urls http://x:1,http://y:2',
      '--initial-cluster: --initial-advertise-peer-urls has http://y:2 but missing from ' +
        '--initial-cluster=default=http://x:1, in "default=http://x:1"',
    ],
    ...['b', 'default'].map((name) => [
      `--initial-cluster default=http://localhost:2380,${name}=http://localhost:2380`,
      '--initial-cluster: initial cluster has duplicate url http://localhost:2380, in ' +
        `"default=http://localhost:2380,${name}=http://localhost:2380"`,
    ]),
    ...['http://:1', 'http://b:0'].map((url) => [
      `--initial-cluster default=http://localhost:2380,b=${url}`,
      '--initial-cluster: must name a host and a port in every URL, in ' +
        `"default=http://localhost:2380,b=${url}"`,
    ]),
    [
      '--initial-cluster default=http://localhost:2380,b=',
      `--initial-cluster: ${urlForm}, in "default=http://localhost:2380,b="`,
    ],
    [
      '--initial-election-tick-advance=maybe',
      '--initial-election-tick-advance: must be true or false, not "maybe"',
    ],
    [
      '--listen-peer-urls http://example.com:1',
      '--listen-peer-urls: must name an IP address or localhost to listen on, not ' +
        '"http://example.com:1"',
    ],
    [
      '--wait-cluster-ready-timeout 5',
      '--wait-cluster-ready-timeout: must be a duration above zero, such as 10m, 90s or 1h30m, ' +
        'not "5"',
    ],
    [
      '--initial-cluster nonsense',
      '--initial-cluster: must be of the form name=http://host:port, in "nonsense"',
    ],
    ['--config-file missing.yaml', '--config-file missing.yaml: cannot be read: no such file'],
    ...['cert-file', 'auth-token', 'discovery', 'peer-cert-file', 'experimental-anything'].map(
      (flag) => [`--${flag} x`, `--${flag}: ${unsupported}`],
    ),
    ['-client-cert-auth=true', `--client-cert-auth: ${unsupported}`],
    ['--client-cert-auth', `--client-cert-auth: ${unsupported}`],
  ])('%s', (line, message) => {
    expect(refusal({ words: (line as string).split(' ') })).toBe(message)
  })

  test('a variable is named as such', () => {
    expect(refusal({ environment: { ETCD_MAX_TXN_OPS: 'x' } })).toBe(
      'ETCD_MAX_TXN_OPS: must be a whole number from 1 to 1000000, not "x"',
    )
    expect(refusal({ environment: { ETCD_PEER_CERT_FILE: 'x' } })).toBe(
      `ETCD_PEER_CERT_FILE: ${unsupported}`,
    )
    expect(refusal({ environment: { ETCD_CONFIG_FILE: 'x' } })).toBe(
      'ETCD_CONFIG_FILE x: cannot be read: no such file',
    )
  })

  test.each([
    ['engine: disk', 'engine in etcd.yaml: must be one of memory, level, not "disk"'],
    ['name: [a]', 'name in etcd.yaml: must be a single value'],
    ['nam: a', 'nam in etcd.yaml: is not a setting'],
    ['quota-backend-bytes: 1', `quota-backend-bytes in etcd.yaml: ${unsupported}`],
    [
      'client-transport-security:\n  cert-file: x',
      `client-transport-security in etcd.yaml: ${unsupported}`,
    ],
    ['- name', '--config-file etcd.yaml: must hold settings of the form "name: value"'],
    [
      'name: a\nname: b',
      '--config-file etcd.yaml: is not YAML: Map keys must be unique at line 2, column 1',
    ],
  ])('in a file: %s', (file, message) => {
    expect(refusal({ words: fromFile, file })).toBe(message)
  })

  test('a value with a line break still makes one line', () => {
    expect(refusal({ words: ['--engine', 'a\nb'] })).toBe(
      '--engine: must be one of memory, level, not "a\\nb"',
    )
  })
})
