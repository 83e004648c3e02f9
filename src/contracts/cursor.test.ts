import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { cursorOf, placeOf } from './cursor.ts'

const keys = z.tuple([z.string(), z.int()])

test('a place comes back as it was, whatever is in it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.maxSafeInteger(), (text, number) => {
      expect(placeOf(cursorOf([text, number]), keys)).toEqual([text, Object.is(number, -0) ? 0 : number])
    }),
  )
})

test('what is no cursor, or one of another list, is no place', () => {
  for (const text of ['', '%%%', 'null', btoa('{'), cursorOf([1, 'x']), cursorOf([])])
    expect(placeOf(text, keys)).toBeUndefined()
  expect(placeOf(undefined, keys)).toBeUndefined()
})
