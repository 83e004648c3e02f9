import { expect, test } from 'vitest'
import type { LinkState } from '../../src/contracts/sync.ts'
import { formatTime } from '../shared/money.ts'
import { linkWords } from './link-words.ts'

const sinceMs = 1_700_000_000_000
const lastContactMs = sinceMs - 600_000
const link: LinkState = {
  node: { id: '01936d2e-7c00-7000-8000-000000000001', kind: 'store', store: 'store-1' },
  top: false,
  parent: { url: 'https://hq.test', node: '' },
  state: 'connected',
  sinceMs,
  lastContactMs,
  waiting: 0,
  waitingSales: 0,
  parentConnected: null,
}
const words = (change: Partial<LinkState>): string | null => linkWords({ ...link, ...change })

test('nothing is said while all is well, nor where nobody is above', () => {
  expect(words({ waiting: 3 })).toBeNull()
  expect(words({ top: true, state: 'alone' })).toBeNull()
})

test('a store that is alone says since the last answer, and how many facts wait', () => {
  const time = formatTime(lastContactMs)
  expect(words({ state: 'alone' })).toBe(`Headquarters not reached since ${time}`)
  expect(words({ state: 'alone', waiting: 17 })).toBe(`Headquarters not reached since ${time}, 17 facts wait`)
  expect(words({ state: 'alone', lastContactMs: null })).toContain(formatTime(sinceMs))
})

test.each(['forked', 'epoch-old', 'revoked'] as const)(
  'one that is %s says so with the time, and each differs',
  state => {
    expect(words({ state })).toContain(formatTime(sinceMs))
    const others = (['alone', 'forked', 'epoch-old', 'revoked'] as const).filter(other => other !== state)
    for (const other of others) expect(words({ state })).not.toBe(words({ state: other }))
  },
)
