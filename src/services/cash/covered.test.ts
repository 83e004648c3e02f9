import { expect, test } from 'vitest'
import { isCovered } from './tables.ts'

const till = { node: 'till', epoch: 2 }
/** Closed at the till in its second epoch, with what it had of its first and of the store's chain. */
const closing = {
  ...till,
  seq: 7,
  covers: [
    { node: 'store', epoch: 1, seq: 40 },
    { node: 'till', epoch: 1, seq: 12 },
    { node: 'till', epoch: 2, seq: 5 },
  ],
}
const rows: Array<[what: string, node: string, epoch: number, seq: number, covered: boolean]> = [
  ['before it in its chain', 'till', 2, 6, true],
  ['after it in its chain', 'till', 2, 8, false],
  ['of an earlier epoch, as far as it is named', 'till', 1, 12, true],
  ['of an earlier epoch, that came back after a loss', 'till', 1, 13, false],
  ['of another chain, as far as it is named', 'store', 1, 40, true],
  ['of another chain, beyond', 'store', 1, 41, false],
  ['of another epoch of that node', 'store', 2, 1, false],
  ['of a chain that is not named', 'other', 1, 1, false],
]
test.each(rows)('a sale %s: %s epoch %i number %i', (_what, node, epoch, seq, covered) => {
  expect(isCovered({ node, epoch, seq }, closing)).toBe(covered)
})

test('an old closing names nothing and counts what its own node had recorded', () => {
  const old = { ...closing, covers: null }
  expect(isCovered({ ...till, seq: 6 }, old)).toBe(true)
  expect(isCovered({ ...till, seq: 8 }, old)).toBe(false)
  expect(isCovered({ node: 'till', epoch: 1, seq: 99 }, old)).toBe(true)
  expect(isCovered({ node: 'till', epoch: 3, seq: 1 }, old)).toBe(false)
  expect(isCovered({ node: 'store', epoch: 1, seq: 1 }, old)).toBe(false)
})
