import { expect, test } from 'vitest'
import { byStore, isClockOff, isHeldUp, type NodeRow, nextHandle, presenceOf } from './node-state.ts'

const nowMs = 1_700_000_000_000
const till: NodeRow = {
  nodeId: '01936d2e-7c00-7000-8000-000000000001',
  kind: 'till',
  store: 'store-1',
  handle: 'till-1',
  name: 'Front till',
  epoch: 1,
  revoked: false,
  lastHeardMs: nowMs - 5_000,
  program: '0.1.0',
  wire: 1,
  clockOffsetMs: 0,
  waiting: 0,
  behind: 0,
  seq: 12,
  lastFactAtMs: nowMs - 60_000,
}

test.each([
  ['has just spoken', {}, false, { kind: 'here' }],
  ['missed two of three words', { lastHeardMs: nowMs - 45_000 }, false, { kind: 'here' }],
  ['missed three', { lastHeardMs: nowMs - 45_001 }, false, { kind: 'away', sinceMs: nowMs - 45_001 }],
  ['has a word from what is later by our clock', { lastHeardMs: nowMs + 9_000 }, false, { kind: 'here' }],
  ['was enrolled and never spoke', { lastHeardMs: null }, false, { kind: 'never' }],
  ['was revoked, whatever it says', { revoked: true }, false, { kind: 'shut-out' }],
  [
    'speaks to its store and not to HQ',
    { lastHeardMs: null },
    true,
    { kind: 'behind-store', lastFactAtMs: nowMs - 60_000 },
  ],
  ['is a store at HQ', { kind: 'store' as const }, true, { kind: 'here' }],
])('a node that %s', (_case, change, isHq, presence) => {
  expect(presenceOf({ ...till, ...change }, nowMs, isHq)).toEqual(presence)
})

test('a clock is off from more than a minute on, in either direction, and never where it is not known', () => {
  expect([0, 60_000, -60_000, 60_001, -60_001, null].map(isClockOff)).toEqual([false, false, false, true, true, false])
})

test('nodes stand by store: the store, its tills by number, then those that were shut out', () => {
  const node = (store: string, handle: string, change: Partial<NodeRow> = {}) => ({ ...till, store, handle, ...change })
  const groups = byStore([
    node('store-10', 'till-1'),
    node('store-2', 'till-10'),
    node('store-2', 'till-1', { revoked: true }),
    node('store-2', 'till-9'),
    node('store-2', 'store-2', { kind: 'store' }),
  ])
  expect(groups.map(({ store, nodes }) => [store, nodes.map(({ handle }) => handle)])).toEqual([
    ['store-2', ['store-2', 'till-9', 'till-10', 'till-1']],
    ['store-10', ['till-1']],
  ])
})

test('the next handle is the first that is free', () => {
  expect(nextHandle('till', [])).toBe('till-1')
  expect(nextHandle('till', ['till-1', 'till-3', 'store-2'])).toBe('till-2')
})

test('facts are held up where their node is away, or where they are more than are on the way between two words', () => {
  expect([0, 1, 50, 51].map(facts => isHeldUp(facts, true))).toEqual([false, false, false, true])
  expect([0, 1, 50].map(facts => isHeldUp(facts, false))).toEqual([false, true, true])
})
