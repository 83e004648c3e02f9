import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sha256 as chosen } from '#sha256'
import { sha256 as inBrowser } from './sha256-browser.ts'
import { sha256 as onNode } from './sha256-node.ts'

/** FIPS 180-2, appendix B, and the empty text. */
describe.each([
  ['Node', onNode],
  ['a browser', inBrowser],
])('%s', (_where, sha256) => {
  test.each([
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    ],
    ['a'.repeat(1_000_000), 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0'],
  ])('%#', (text, digest) => {
    expect(sha256(text)).toBe(digest)
  })
})

test('the two answer the same for every text, with lone surrogates and at every length around a block', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map(unit => String.fromCharCode(unit)), maxLength: 300 }),
  )
  fc.assert(
    fc.property(anyText, text => {
      expect(inBrowser(text)).toBe(onNode(text))
    }),
    { numRuns: 1_000 },
  )
  for (let length = 0; length < 200; length++) expect(inBrowser('x'.repeat(length))).toBe(onNode('x'.repeat(length)))
})

test('Node runs its own', () => {
  expect(chosen).toBe(onNode)
})
