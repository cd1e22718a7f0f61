#!/usr/bin/env -S MALLOC_ARENA_MAX=2 MALLOC_MMAP_THRESHOLD_=1048576 MALLOC_TRIM_THRESHOLD_=8388608 node --max-semi-space-size=16
import { setFlagsFromString } from 'node:v8'
import { runCommand } from './server/command.js'

// In the first line: a young generation for many short calls; and few arenas for glibc, where buffers that one thread
// takes and another gives back would otherwise stay with the process.

// How long code runs before V8 compiles it: with its default, over three times this, the first three thousand puts of
// a lone client take 1.4 times the processor time; later ones and those of many clients take the same.
setFlagsFromString('--interrupt-budget=20000')
process.exitCode = await runCommand(process)
// What may still be open is of no use to anybody.
process.exit()
