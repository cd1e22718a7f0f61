import { setTimeout as pause } from 'node:timers/promises'

const pollIntervalMs = 5

/**
 * Looks at a condition outside this process until it holds.
 * @throws Error naming `description` after `timeoutMs`
 */
export async function waitFor(
  description: string,
  condition: () => boolean | Promise<boolean>,
  timeoutMs = 20_000,
): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (!(await condition())) {
    if (performance.now() > deadline) {
      throw new Error(`waited ${timeoutMs} ms in vain: ${description}`)
    }
    await pause(pollIntervalMs)
  }
}
