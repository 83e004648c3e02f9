import { expect, test } from 'vitest'
import { searchWords } from './search-words.ts'

const rows: Array<[text: string, words: string[]]> = [
  ['Crème fraîche 200 g', ['creme', 'fraiche', '200', 'g']],
  ['MILK-1L', ['milk', '1l']],
  ['Straße ﬁn', ['straße', 'fin']],
  ['Tee, Tee, TEE', ['tee']],
  ['  \u0000 ', []],
  ['寿司 セット', ['寿司', 'セット']],
]
test.each(rows)('%s', (text, words) => {
  expect(searchWords(text)).toEqual(words)
})
