import { readFile } from 'node:fs/promises'

export interface ResidentMemory {
  readonly anonymousMib: number
  /** Pages of mapped files, which the system may drop. */
  readonly fileBackedMib: number
}

/** What a process of this machine holds; needs Linux. */
export async function residentMemory(pid: number): Promise<ResidentMemory> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return { anonymousMib: mib(status, 'RssAnon'), fileBackedMib: mib(status, 'RssFile') }
}

function mib(status: string, field: string): number {
  const kib = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]
  if (kib === undefined) throw new Error(`no ${field} in a process's status`)
  return Number(kib) / 1024
}
