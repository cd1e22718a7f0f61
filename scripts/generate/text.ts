const lineWidth = 100

export const generatedNotice = '// Made from proto/ by `npm run generate`. Do not edit.'

/** Lines moved one step to the right; empty ones stay empty. */
export function indented(lines: readonly string[]): string[] {
  return lines.map((line) => (line === '' ? '' : `  ${line}`))
}

/**
 * `before`, the parts with commas, `after`: on one line where that fits, else one part a line, as
 * the formatter would have it.
 */
export function fitted(
  before: string,
  parts: readonly string[],
  after: string,
  padding: '' | ' ' = '',
): string[] {
  const line = `${before}${padding}${parts.join(', ')}${padding}${after}`
  if (line.length <= lineWidth) return [line]
  return [before, ...parts.map((part) => `  ${part},`), after]
}

/** Named imports, sorted; none at all when there are no names. */
export function importLines(names: readonly string[], from: string, keyword = 'import'): string[] {
  if (names.length === 0) return []
  const sorted = [...names].sort((left, right) => compareNames(bare(left), bare(right)))
  return fitted(`${keyword} {`, sorted, `} from '${from}'`, ' ')
}

/** As the formatter sorts: letter by letter, `A` before `a` before `B`. */
function compareNames(left: string, right: string): number {
  const length = Math.min(left.length, right.length)
  for (let index = 0; index < length; index++) {
    const order = letterOrder(left.charAt(index)) - letterOrder(right.charAt(index))
    if (order !== 0) return order
  }
  return left.length - right.length
}

function letterOrder(letter: string): number {
  const lower = letter.toLowerCase()
  return lower.charCodeAt(0) * 2 + (letter === lower ? 1 : 0)
}

function bare(name: string): string {
  return name.replace(/^type /, '')
}
