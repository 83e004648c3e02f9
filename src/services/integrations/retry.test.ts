import { expect, test } from 'vitest'
import { nextAttempt, retryAfterMs } from './retry.ts'

test('attempts go on for 75 hours and then end', () => {
  let atMs = 0
  let attempts = 1
  for (let next = nextAttempt(attempts, atMs, 0); next !== null; next = nextAttempt(attempts, atMs, 0)) {
    expect(next).toBeGreaterThan(atMs)
    atMs = next
    attempts += 1
  }
  expect(attempts).toBe(10)
  expect(Math.round(atMs / 3_600_000)).toBe(75)
})

test('a receiver may ask for more time, but not for ever', () => {
  expect(nextAttempt(1, 0, 0, 60_000)).toBe(60_000)
  expect(nextAttempt(1, 0, 0, 1e12)).toBe(86_400_000)
  expect(nextAttempt(2, 0, 0, 1_000)).toBe(300_000)
  expect(nextAttempt(1, 0, 0.5)).toBe(5_250)
})

test('Retry-After is read as seconds or as a date', () => {
  const nowMs = Date.parse('2026-01-01T00:00:00Z')
  expect(retryAfterMs('120', nowMs)).toBe(120_000)
  expect(retryAfterMs('Thu, 01 Jan 2026 00:01:00 GMT', nowMs)).toBe(60_000)
  expect(retryAfterMs('soon', nowMs)).toBe(0)
  expect(retryAfterMs(undefined, nowMs)).toBe(0)
})
