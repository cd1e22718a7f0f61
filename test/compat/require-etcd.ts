import { execFileSync } from 'node:child_process'

const packages = 'etcd-server etcd-client nghttp2-client curl'

/** Runs before all suites: they compare with a real etcd and use other programs, all of which must be there. */
export function setup(): void {
  for (const [program, flag] of [
    ['etcd', '--version'],
    ['etcdctl', 'version'],
    ['nghttp', '--version'],
    ['h2load', '--version'],
    ['curl', '--version'],
  ] as const) {
    try {
      execFileSync(program, [flag], {
        stdio: 'ignore',
        env: { ...process.env, ETCDCTL_API: '3' },
      })
    } catch (error) {
      const message = `${program} cannot be run; on Debian: apt-get install ${packages}`
      throw new Error(message, { cause: error })
    }
  }
}
