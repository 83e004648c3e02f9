import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { foldText, searchWords } from './search-words.ts'

const rows: Array<[text: string, words: string[]]> = [
  ['Crème fraîche 200 g', ['creme', 'fraiche', '200', 'g']],
  ['MILK-1L', ['milk', '1l']],
  ['Straße ﬁn', ['straße', 'fin']],
  ['Tee, Tee, TEE', ['tee']],
  ['İzmir', ['izmir']],
  ['ΟΔΟΣ', ['οδοσ']],
  ['寿司 セット', ['寿司', 'セット']],
  ['½ kg', ['1', '2', 'kg']],
  ['***', ['***']],
  ['a ***', ['a']],
  ['  \u0000\u200b ', []],
  ['', []],
  [`x${'y'.repeat(80)}`, [`x${'y'.repeat(63)}`]],
]
test.each(rows)('%s', (text, words) => {
  expect(searchWords(text)).toEqual(words)
})

describe('of any text', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 30 })

  test('case and composition make no difference', () => {
    fc.assert(
      fc.property(text, typed => {
        expect(searchWords(typed.normalize('NFD'))).toEqual(searchWords(typed.normalize('NFC')))
        expect(searchWords(foldText(typed))).toEqual(searchWords(typed))
      }),
    )
  })

  test('a word finds itself at every letter that is typed', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-zÀ-ÖØ-öø-ÿΑ-ΡΣ-Ωα-ω0-9]{1,20}$/u), typed => {
        const [whole = ''] = searchWords(typed)
        for (let length = 1; length <= typed.length; length++)
          for (const part of searchWords(typed.slice(0, length))) expect(whole.startsWith(part)).toBe(true)
      }),
    )
  })
})
