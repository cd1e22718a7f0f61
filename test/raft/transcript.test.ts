import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Stage } from './stage.js'

const folder = new URL('transcripts/', import.meta.url)
const rule = '----'
/** Set to 1: the expectations are rewritten with what happens. Read every line of the difference. */
const rewrite = process.env.REWRITE_TRANSCRIPTS === '1'

/** Plays a transcript and writes down what happens, in the form of the transcript. */
function play(transcript: string): string {
  const stage = new Stage()
  const blocks = transcript.trimEnd().split(/\n\n+/)
  return `${blocks.map((block) => playBlock(stage, block)).join('\n\n')}\n`
}

function playBlock(stage: Stage, block: string): string {
  const lines = block.split('\n')
  const end = lines.indexOf(rule)
  const head = end === -1 ? lines : lines.slice(0, end)
  const commands = head.filter((line) => !line.startsWith('#'))
  if (commands.length === 0) return head.join('\n')
  const happened = commands.flatMap((command) => stage.perform(command))
  if (happened.length === 0) return head.join('\n')
  return [...head, rule, ...happened].join('\n')
}

describe('transcripts', () => {
  const names = readdirSync(folder).filter((name) => name.endsWith('.txt'))

  for (const name of names) {
    it(name.replace('.txt', '').replaceAll('-', ' '), () => {
      const file = new URL(name, folder)
      const expected = readFileSync(file, 'utf8')
      const happened = play(expected)
      if (rewrite) writeFileSync(file, happened)
      else expect(happened).toBe(expected)
    })
  }
})
