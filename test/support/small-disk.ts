import { mkdir, open, rm, writeFile } from 'node:fs/promises'
import { StartedProcess } from './started-process.js'
import { temporaryFolder } from './temporary-folder.js'

/** A place for a data directory that can be made to have no room left, and to have room again. */
export interface SmallDisk extends AsyncDisposable {
  readonly path: string
  /** What a member that runs on it needs in its environment. */
  readonly environment: Readonly<Record<string, string>>
  fill(): Promise<void>
  makeRoom(): Promise<void>
}

const preload = new URL('./full-disk-preload.js', import.meta.url).href
const ballastPieceBytes = 1024 * 1024

/**
 * A file system of its own in memory, where this machine lets us mount one: as root, or inside a
 * user's own namespaces, which takes no privileges. Elsewhere an ordinary folder and a preloaded
 * module that refuses the member's new files.
 */
export async function smallDisk(sizeMebibytes: number): Promise<SmallDisk> {
  return (
    (await mountedDisk(sizeMebibytes)) ??
    (await namespacedDisk(sizeMebibytes)) ??
    (await pretendedDisk())
  )
}

async function mountedDisk(sizeMebibytes: number): Promise<SmallDisk | undefined> {
  const folder = await temporaryFolder('disk')
  const args = ['-t', 'tmpfs', '-o', `size=${sizeMebibytes}m`, 'tmpfs', folder.path]
  const { code } = await StartedProcess.run({ command: 'mount', args })
  if (code !== 0) {
    await folder.remove()
    return undefined
  }
  return realDisk(folder.path, async () => {
    await StartedProcess.run({ command: 'umount', args: ['-l', folder.path] })
    await folder.remove()
  })
}

/** The mount lives as long as the process that holds the namespace; others reach it through /proc. */
async function namespacedDisk(sizeMebibytes: number): Promise<SmallDisk | undefined> {
  const folder = await temporaryFolder('disk')
  const mount = `mount -t tmpfs -o size=${sizeMebibytes}m tmpfs '${folder.path}'`
  const holder = await StartedProcess.start({
    command: 'unshare',
    args: [
      '--user',
      '--map-root-user',
      '--mount',
      'sh',
      '-c',
      `${mount} && echo mounted && exec cat`,
    ],
    stdin: 'pipe',
    readyText: 'mounted',
  }).catch(() => undefined)
  const release = async () => {
    await holder?.kill()
    await folder.remove()
  }
  if (holder !== undefined) return realDisk(`/proc/${holder.pid}/root${folder.path}`, release)
  await release()
  return undefined
}

function realDisk(path: string, release: () => Promise<void>): SmallDisk {
  const ballast = `${path}/ballast`
  return {
    path,
    environment: {},
    fill: () => fillWith(ballast),
    makeRoom: () => rm(ballast, { force: true }),
    [Symbol.asyncDispose]: release,
  }
}

async function pretendedDisk(): Promise<SmallDisk> {
  const folder = await temporaryFolder('disk')
  const fullMarker = `${folder.path}/full`
  await mkdir(`${folder.path}/disk`)
  return {
    path: `${folder.path}/disk`,
    environment: { NODE_OPTIONS: `--import=${preload}`, METASTORE_TEST_FULL_DISK: fullMarker },
    fill: () => writeFile(fullMarker, ''),
    makeRoom: () => rm(fullMarker, { force: true }),
    [Symbol.asyncDispose]: folder.remove,
  }
}

async function fillWith(path: string): Promise<void> {
  const file = await open(path, 'w')
  try {
    for (let size = ballastPieceBytes; size >= 1; size = Math.floor(size / 2)) {
      await writeWhileThereIsRoom(file, Buffer.alloc(size))
    }
  } finally {
    await file.close()
  }
}

async function writeWhileThereIsRoom(
  file: { write(piece: Buffer): Promise<{ bytesWritten: number }> },
  piece: Buffer,
): Promise<void> {
  try {
    while ((await file.write(piece)).bytesWritten === piece.length);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
  }
}
