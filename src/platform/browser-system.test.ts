import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { browserClock, browserPorts } from './browser-system.ts'
import { systemPorts } from './system.ts'

const browser = browserPorts('silent')
const node = systemPorts('silent')

describe('secrets are those of Node', () => {
  test('slow hashes, so that a PIN that was set on one is right on the other', async () => {
    const salt = fc.uint8Array({ minLength: 8, maxLength: 32 }).map(bytes => Buffer.from(bytes).toString('hex'))
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1 }), salt, async (text, saltHex) => {
        expect(await browser.secrets.slowHash(text, saltHex)).toBe(await node.secrets.slowHash(text, saltHex))
      }),
      { numRuns: 12 },
    )
  })

  test('hashes and comparisons', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        expect(browser.secrets.hash(a)).toBe(node.secrets.hash(a))
        expect(browser.secrets.same(a, b)).toBe(a === b)
        expect(browser.secrets.same(a, a)).toBe(true)
      }),
    )
    expect(browser.secrets.same('abc', 'abd')).toBe(false)
    expect(browser.secrets.same('abc', 'abcd')).toBe(false)
  })

  test('random bytes are as many as asked for, and others each time', () => {
    const drawn = Array.from({ length: 50 }, () => browser.secrets.random(32))
    expect(drawn.every(({ length }) => length === 32)).toBe(true)
    expect(new Set(drawn.map(bytes => Buffer.from(bytes).toString('hex'))).size).toBe(50)
  })
})

test('ids are of version 7, in the order of time', () => {
  const ids = Array.from({ length: 1_000 }, () => browser.ids.next())
  expect(ids.every(id => /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id))).toBe(true)
  expect(ids.toSorted()).toEqual(ids)
})

describe('the clock', () => {
  /** Milliseconds of the wall clock and of the monotonic one, set by hand. */
  const clockAt = (wallMs: number) => {
    const at = { wallMs, monotonicMs: 500 }
    return {
      at,
      clock: browserClock(
        () => at.wallMs,
        () => at.monotonicMs,
      ),
    }
  }

  test('counts microseconds on from the wall time', () => {
    const { at, clock } = clockAt(1_700_000_000_000)
    expect(clock.nowUs()).toBe(1_700_000_000_000_000)
    at.monotonicMs += 1.25
    at.wallMs += 1
    expect(clock.nowUs()).toBe(1_700_000_000_001_250)
    expect(clock.nowMs()).toBe(1_700_000_000_001)
  })

  test('never goes back, and follows a wall clock that ran on while the device slept', () => {
    const { at, clock } = clockAt(1_700_000_000_000)
    at.wallMs -= 3_600_000
    expect(clock.nowUs()).toBe(1_700_000_000_000_000)
    at.wallMs = 1_700_000_000_000 + 8 * 3_600_000
    expect(clock.nowUs()).toBe((1_700_000_000_000 + 8 * 3_600_000) * 1000)
    at.wallMs = 1_700_000_000_000
    at.monotonicMs += 10
    expect(clock.nowUs()).toBe((1_700_000_000_000 + 8 * 3_600_000 + 10) * 1000)
  })
})

test('a turn comes after all that waits, and turns come in their order', async () => {
  const order: string[] = []
  const first = browser.timers.turn().then(() => order.push('first turn'))
  const second = browser.timers.turn().then(() => order.push('second turn'))
  await Promise.resolve().then(() => order.push('promise'))
  await Promise.all([first, second])
  expect(order).toEqual(['promise', 'first turn', 'second turn'])
})

describe('timers', () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  test('run once after their time, unless they are cancelled', () => {
    vi.useFakeTimers()
    const ran: string[] = []
    browser.timers.after(1_000, () => ran.push('kept'))
    const cancel = browser.timers.after(1_000, () => ran.push('cancelled'))
    vi.advanceTimersByTime(999)
    expect(ran).toEqual([])
    cancel()
    vi.advanceTimersByTime(5_000)
    expect(ran).toEqual(['kept'])
  })
})

describe('the log', () => {
  afterEach(() => {
    vi.restoreAllMocks()
  })

  test('goes to the console from its level on', () => {
    const seen: unknown[] = []
    for (const method of ['info', 'warn', 'error'] as const) {
      vi.spyOn(console, method).mockImplementation((...said) => {
        seen.push([method, ...said])
      })
    }
    for (const level of ['info', 'warn', 'silent'] as const) {
      const { log } = browserPorts(level)
      log.info({ level }, 'a')
      log.warn({ level }, 'b')
      log.error({ level }, 'c')
    }
    expect(seen).toEqual([
      ['info', 'a', { level: 'info' }],
      ['warn', 'b', { level: 'info' }],
      ['error', 'c', { level: 'info' }],
      ['warn', 'b', { level: 'warn' }],
      ['error', 'c', { level: 'warn' }],
    ])
  })
})
