#!/usr/bin/env -S node --max-semi-space-size=32
import { runCommand } from './server/command.js'

process.exitCode = await runCommand(process)
// What may still be open is of no use to anybody.
process.exit()
