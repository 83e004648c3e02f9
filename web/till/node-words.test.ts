import { describe, expect, test } from 'vitest'
import type { LinkState } from '../../src/contracts/sync.ts'
import { markOf, waitingWords } from './node-words.ts'

const link = (more: Partial<LinkState> = {}): LinkState => ({
  node: { id: 'till', kind: 'till', store: 'store-1' },
  top: false,
  parent: { url: 'http://shop.test', node: 'store' },
  state: 'connected',
  sinceMs: 0,
  lastContactMs: 0,
  waiting: 0,
  waitingSales: 0,
  parentConnected: null,
  ...more,
})

describe('the mark', () => {
  test.each([
    ['well', link()],
    ['well', link({ parentConnected: true, waiting: 3, waitingSales: 3 })],
    ['store-only', link({ parentConnected: false })],
  ] as const)('%s needs no words', (state, standing) =>
    expect(markOf(standing, true)).toMatchObject({ state, words: '' }),
  )

  test.each([
    [0, /^Alone since [^,]+$/],
    [1, /, 1 sale waiting$/],
    [17, /, 17 sales waiting$/],
  ])('alone with %i sales', (waitingSales, words) => {
    const mark = markOf(link({ state: 'alone', waiting: 40, waitingSales }), true)
    expect(mark.state).toBe('waits')
    expect(mark.words).toMatch(words)
  })

  test('a till that the browser does not keep says that it does not sell', () => {
    const mark = markOf(link({ state: 'alone' }), false)
    expect(mark).toMatchObject({ state: 'refused', words: 'Not selling: the store is not reached' })
  })

  test.each(['revoked', 'forked', 'epoch-old'] as const)('%s calls for a manager', state =>
    expect(markOf(link({ state }), true)).toMatchObject({
      state: 'refused',
      words: expect.stringContaining('Call a manager'),
    }),
  )
})

test.each([
  [0, 0, 'Nothing'],
  [1, 1, '1 sale'],
  [5, 5, '5 sales'],
  [6, 5, '5 sales, 1 other entry'],
  [2, 0, '2 other entries'],
])('%i waiting, %i of them sales: %s', (waiting, waitingSales, words) =>
  expect(waitingWords(link({ waiting, waitingSales }))).toBe(words),
)
