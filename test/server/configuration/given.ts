import { type Invocation, readInvocation } from '../../../src/server/configuration/index.js'

/** Everything outside the process that configures it. */
export interface Given {
  readonly words?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  /** The text of the file `etcd.yaml`. */
  readonly file?: string
}

/** Flags that name {@link Given.file}. */
export const fromFile = ['--config-file', 'etcd.yaml']

export function invoke({ words = [], environment = {}, file }: Given): Invocation {
  const readFile = (path: string) => {
    if (path === 'etcd.yaml' && file !== undefined) return file
    throw new Error('no such file')
  }
  return readInvocation({ words, environment, readFile })
}
