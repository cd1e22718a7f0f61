const unitsMs: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1000,
  m: 1,
  u: 0.001,
  n: 0.000_001,
}

/** The value of `grpc-timeout` in milliseconds; NaN: it is malformed. */
export function timeoutMsOf(text: string): number {
  const [, digits, unit] = /^(\d{1,8})([HMSmun])$/.exec(text) ?? []
  return digits === undefined || unit === undefined
    ? Number.NaN
    : Number(digits) * (unitsMs[unit] ?? Number.NaN)
}
