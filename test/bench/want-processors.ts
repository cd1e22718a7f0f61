import { cpus } from 'node:os'
import { Worker } from 'node:worker_threads'

const program = 'const end = performance.now() + 500; while (performance.now() < end);'

/** Keeps every processor busy for half a second. */
export async function wantProcessors(): Promise<void> {
  await Promise.all(
    cpus().map(
      () =>
        new Promise<void>((resolve, reject) => {
          const worker = new Worker(program, { eval: true })
          worker.on('error', reject)
          worker.on('exit', () => resolve())
        }),
    ),
  )
}
