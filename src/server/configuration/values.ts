import { z } from 'zod'

/** Turns the text of a setting into its value; what it refuses, it refuses with a plain phrase. */
export type ValueSchema<T> = z.ZodType<T, string>

const millisecondsPerUnit: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
}

/** A decimal whole number from `smallest` to `largest`, both included. */
export function wholeNumber(smallest: number, largest: number): ValueSchema<number> {
  const problem = `must be a whole number from ${smallest} to ${largest}`
  return z
    .string()
    .regex(/^[0-9]{1,16}$/, problem)
    .transform(Number)
    .refine((value) => value >= smallest && value <= largest, problem)
}

/** One of `words`. */
export function oneOf<const Word extends string>(words: readonly Word[]): ValueSchema<Word> {
  const problem = `must be one of ${words.join(', ')}`
  return z
    .string()
    .refine((text): text is Word => (words as readonly string[]).includes(text), problem)
}

/** A truth value as Go writes it. */
export function truth(): ValueSchema<boolean> {
  return z
    .string()
    .regex(/^(1|t|T|true|TRUE|True|0|f|F|false|FALSE|False)$/, 'must be true or false')
    .transform((text) => /^[1tT]/.test(text))
}

/** What `schema` takes, or nothing for an empty text. */
export function emptyOr<T>(schema: ValueSchema<T>): ValueSchema<T | undefined> {
  return z.string().transform((text, context) => {
    if (text === '') return undefined
    const result = schema.safeParse(text)
    if (result.success) return result.data
    context.addIssue({ code: 'custom', message: problemOf(result.error) })
    return z.NEVER
  })
}

/** The first thing that is wrong, as a phrase. */
export function problemOf(error: z.ZodError): string {
  return error.issues[0]?.message ?? 'is not valid'
}

/** A duration as Go writes it, such as `10m` or `1h30m`; the value is in milliseconds, above 0. */
export function duration(): ValueSchema<number> {
  const problem = 'must be a duration above zero, such as 10m, 90s or 1h30m'
  return durationOrZero(problem).refine((value) => value > 0, problem)
}

/** A duration as Go writes it, in milliseconds; anything else is refused with `problem`. */
export function durationOrZero(problem: string): ValueSchema<number> {
  return z
    .string()
    .regex(/^([0-9]+(\.[0-9]+)?(ns|us|µs|μs|ms|s|m|h))+$/, problem)
    .transform(toMilliseconds)
    .refine((value) => value <= Number.MAX_SAFE_INTEGER, problem)
}

function toMilliseconds(text: string): number {
  let total = 0
  for (const [, amount, unit] of text.matchAll(/([0-9.]+)([a-zµμ]+)/g)) {
    total += Number(amount) * (millisecondsPerUnit[unit ?? ''] ?? Number.NaN)
  }
  return total
}
