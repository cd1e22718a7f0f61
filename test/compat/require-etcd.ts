import { execFileSync } from 'node:child_process'

/** Runs before all suites: they compare with a real etcd, so both of its programs must be there. */
export function setup(): void {
  for (const [program, flag] of [
    ['etcd', '--version'],
    ['etcdctl', 'version'],
  ] as const) {
    try {
      execFileSync(program, [flag], {
        stdio: 'ignore',
        env: { ...process.env, ETCDCTL_API: '3' },
      })
    } catch (error) {
      const message = `${program} cannot be run; on Debian: apt-get install etcd-server etcd-client`
      throw new Error(message, { cause: error })
    }
  }
}
