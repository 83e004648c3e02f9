/**
 * The value that a share of all samples (0 to 1) does not exceed, by nearest rank: one that was measured, never a mix of two.
 * Throws where there are no samples.
 */
export const percentile = (samples: Float64Array | readonly number[], share: number): number => {
  const sorted = Float64Array.from(samples).sort()
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]
  if (value === undefined) throw new Error('no samples')
  return value
}

export const median = (samples: Float64Array | readonly number[]): number => percentile(samples, 0.5)

export const sum = (samples: Float64Array | readonly number[]): number => {
  let total = 0
  for (const sample of samples) total += sample
  return total
}

/** Microseconds of a clock that all processes of this machine share and that nobody sets. */
export const monotonicUs = (): number => {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1_000_000 + nanoseconds / 1_000
}

/** p50, p95, p99 and the slowest of samples in microseconds, as text in milliseconds. */
export const spreadMs = (samplesUs: Float64Array | readonly number[]): string => {
  const at = (share: number) => (percentile(samplesUs, share) / 1_000).toFixed(2)
  return `p50 ${at(0.5)}, p95 ${at(0.95)}, p99 ${at(0.99)}, max ${at(1)} ms over ${samplesUs.length.toLocaleString('en-GB')} samples`
}
