import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { foldText, searchWords, wordSigns } from './search-words.ts'

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

describe('signs of words', () => {
  const has = (words: readonly string[], other: string) => {
    const wanted = BigInt(wordSigns([other]))
    return (BigInt(wordSigns(words)) & wanted) === wanted
  }

  test('are there for every beginning of every word', () => {
    const words = fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(words, fc.nat(), fc.nat(), (all, which, length) => {
        const word = all[which % all.length] ?? ''
        expect(has(all, word.slice(0, 1 + (length % word.length)))).toBe(true)
        expect(Number.isSafeInteger(wordSigns(all))).toBe(true)
      }),
    )
  })

  test('tell most other words apart', () => {
    const product = searchWords('Alder strong milk 1 l 952 s 000017')
    const others = searchWords(
      'birch mild bread honey tea crisps rice kiwi juniper fresh organic notebook dark battery',
    )
    expect(others.filter(other => has(product, other)).length).toBeLessThan(3)
    for (const word of product) expect(has(product, word)).toBe(true)
  })
})
