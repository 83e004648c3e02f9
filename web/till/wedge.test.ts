import { expect, test } from 'vitest'
import { foldKey, noKeys, type Wedge } from './wedge.ts'

const scan = (keys: ReadonlyArray<[key: string, afterMs: number]>): Array<string | null> => {
  let wedge: Wedge = noKeys
  let atMs = 1_000
  return keys.map(([key, afterMs]) => {
    atMs += afterMs
    const folded = foldKey(wedge, key, atMs)
    wedge = folded.wedge
    return folded.scanned
  })
}
const fast = (text: string): Array<[string, number]> => [...text].map(key => [key, 5])

test('keys faster than typing, ended by Enter, are a scan', () => {
  expect(scan([...fast('9520000000011'), ['Enter', 5]]).at(-1)).toBe('9520000000011')
  expect(scan([...fast('ABC-12'), ['Tab', 8]]).at(-1)).toBe('ABC-12')
})

test('what a person types is not', () => {
  expect(
    scan([
      ['1', 200],
      ['2', 180],
      ['3', 210],
      ['4', 190],
      ['Enter', 300],
    ]).every(code => code === null),
  ).toBe(true)
  expect(scan([...fast('12'), ['Enter', 5]]).at(-1)).toBeNull()
})

test('keys typed before a scan are not part of it', () => {
  expect(
    scan([
      ['7', 400],
      ['9', 400],
      ...fast('9520000000011').map(([key, ms], index): [string, number] => [key, index === 0 ? 400 : ms]),
      ['Enter', 5],
    ]).at(-1),
  ).toBe('9520000000011')
})

test('shift between capital letters does not break a scan; other keys do', () => {
  expect(scan([['Shift', 5], ...fast('A'), ['Shift', 2], ...fast('B1234'), ['Enter', 5]]).at(-1)).toBe('AB1234')
  expect(scan([...fast('952'), ['ArrowDown', 5], ...fast('11'), ['Enter', 5]]).at(-1)).toBeNull()
})
