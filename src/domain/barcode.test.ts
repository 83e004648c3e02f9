import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  checkEmbeddedRule,
  defaultEmbeddedRules,
  type EmbeddedRule,
  expandUpcE,
  gtinCheckDigit,
  innerCheckDigit,
  isGtin,
  normaliseGtin,
  parseScan,
} from './barcode.ts'

const digits = (count: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: count, maxLength: count }).map(list => list.join(''))

describe('GTIN', () => {
  test.each([
    ['GTIN-13 of the GS1 specification (6291041500213)', '629104150021', 3],
    ['GTIN-12', '03600029145', 2],
    ['GTIN-8', '7351353', 7],
    ['GTIN-14', '1001234500001', 7],
  ])('check digit of %s', (_name, body, expected) => {
    expect(gtinCheckDigit(body)).toBe(expected)
  })

  test('the check digit is the one that makes the weighted sum a multiple of ten, and the only one', () => {
    fc.assert(
      fc.property(fc.constantFrom(7, 11, 12, 13).chain(digits), body => {
        const check = gtinCheckDigit(body)
        for (let other = 0; other < 10; other++) expect(isGtin(`${body}${other}`)).toBe(other === check)
      }),
    )
  })

  test('one wrong digit is always noticed', () => {
    fc.assert(
      fc.property(digits(12), fc.nat(12), fc.integer({ min: 1, max: 9 }), (body, place, step) => {
        const code = `${body}${gtinCheckDigit(body)}`
        const wrong = code.slice(0, place) + ((Number(code[place]) + step) % 10) + code.slice(place + 1)
        expect(isGtin(wrong)).toBe(false)
      }),
    )
  })

  test.each([
    ['73513537', '00000073513537'],
    ['036000291452', '00036000291452'],
    ['6291041500213', '06291041500213'],
    ['06291041500213', '06291041500213'],
    ['6291041500214', undefined],
    ['123', undefined],
    ['629104150021x', undefined],
    ['', undefined],
  ])('%s is stored as %s', (code, expected) => expect(normaliseGtin(code)).toBe(expected))

  test('a check digit needs digits', () => expect(() => gtinCheckDigit('12a')).toThrow(RangeError))
})

describe('UPC-E', () => {
  test.each([
    ['04252614', '042100005264'],
    ['01234505', '012000003455'],
    ['01234532', undefined],
    ['2', undefined],
    ['24252614', undefined],
  ])('%s expands to %s', (code, expected) => expect(expandUpcE(code)).toBe(expected))

  test('gives back every UPC-A whose zeros were taken out by the rule for its last digit', () => {
    const compress = (maker: string, article: string): string | undefined => {
      if (/^\d\d[012]00$/.test(maker) && /^00\d{3}$/.test(article))
        return maker.slice(0, 2) + article.slice(2) + maker[2]
      if (/^\d{3}00$/.test(maker) && /^000\d\d$/.test(article)) return `${maker.slice(0, 3)}${article.slice(3)}3`
      if (/^\d{4}0$/.test(maker) && /^0000\d$/.test(article)) return `${maker.slice(0, 4)}${article[4]}4`
      if (/^0000[5-9]$/.test(article)) return maker + article[4]
      return undefined
    }
    const numbers = fc.oneof(
      fc.tuple(digits(2), fc.constantFrom('0', '1', '2'), digits(3)).map(([a, b, c]) => [`${a}${b}00`, `00${c}`]),
      fc.tuple(digits(2), fc.constantFrom('3', '4', '9'), digits(2)).map(([a, b, c]) => [`${a}${b}00`, `000${c}`]),
      fc.tuple(digits(3), fc.constantFrom('1', '9'), digits(1)).map(([a, b, c]) => [`${a}${b}0`, `0000${c}`]),
      fc
        .tuple(digits(4), fc.constantFrom('1', '9'), fc.constantFrom('5', '9'))
        .map(([a, b, c]) => [`${a}${b}`, `0000${c}`]),
    )
    fc.assert(
      fc.property(numbers, fc.constantFrom('0', '1'), ([maker = '', article = ''], system) => {
        const upcA = `${system}${maker}${article}${gtinCheckDigit(system + maker + article)}`
        const six = compress(maker, article)
        expect(six).toHaveLength(6)
        expect(expandUpcE(`${system}${six}${upcA[11]}`)).toBe(upcA)
      }),
    )
  })
})

describe('inner check digit', () => {
  // The first two are the examples of the GS1 General Specifications, section 7.9.
  test.each([
    ['2875', 9],
    ['14685', 6],
    ['0000', 0],
    ['00000', 0],
  ])('of %s is %i', (value, expected) => expect(innerCheckDigit(value)).toBe(expected))

  test('notices one wrong digit', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(4, 5).chain(digits),
        fc.nat(4),
        fc.integer({ min: 1, max: 9 }),
        (value, place, step) => {
          const at = place % value.length
          const wrong = value.slice(0, at) + ((Number(value[at]) + step) % 10) + value.slice(at + 1)
          expect(innerCheckDigit(wrong)).not.toBe(innerCheckDigit(value))
        },
      ),
    )
  })

  test('is for 4 or 5 digits', () => expect(() => innerCheckDigit('123')).toThrow(RangeError))
})

const closed = (body: string) => `${body}${gtinCheckDigit(body)}`

describe('parseScan', () => {
  test.each([
    ['GTIN-13', '4006381333931', { kind: 'gtin', gtin14: '04006381333931' }],
    ['with white space of the scanner', ' 4006381333931\r\n', { kind: 'gtin', gtin14: '04006381333931' }],
    ['UPC-A', '036000291452', { kind: 'gtin', gtin14: '00036000291452' }],
    ['UPC-E', '04252614', { kind: 'gtin', gtin14: '00042100005264' }],
    ['GTIN-8', '73513537', { kind: 'gtin', gtin14: '00000073513537' }],
    ['GTIN-14', '10012345000017', { kind: 'gtin', gtin14: '10012345000017' }],
    ['price, own scale', closed('211234500499'), { kind: 'embedded-price', itemCode: '12345', valueMinor: 499 }],
    ['weight in grams', closed('281234501250'), { kind: 'embedded-weight', itemCode: '12345', weightMicro: 1_250_000 }],
    [
      'price, North American, in 13 digits',
      closed('021234592875'),
      { kind: 'embedded-price', itemCode: '12345', valueMinor: 2875 },
    ],
    [
      'price, North American, in 12 digits',
      closed('21234592875'),
      { kind: 'embedded-price', itemCode: '12345', valueMinor: 2875 },
    ],
    ['own code', 'DAI-003', { kind: 'plain', code: 'DAI-003' }],
    ['13 digits, wrong check digit, no embedded prefix', '4006381333932', { kind: 'plain', code: '4006381333932' }],
    ['12 digits that begin with 2 and are no UPC-A', '212345928750', { kind: 'plain', code: '212345928750' }],
    ['short number', '4711', { kind: 'plain', code: '4711' }],
  ])('%s', (_name, code, scan) => expect(parseScan(code)).toEqual({ ok: true, scan }))

  test.each([
    ['empty', '', 'code-empty'],
    ['only white space', ' \r\n', 'code-empty'],
    ['too long', 'x'.repeat(129), 'code-too-long'],
    ['NUL', '40063\u000081333931', 'code-invalid'],
    ['right-to-left override', 'A\u202eB', 'code-invalid'],
    ['outer check digit', '2112345004991', 'check-digit-wrong'],
    ['inner check digit', closed('021234582875'), 'check-digit-wrong'],
  ])('refuses: %s', (_name, code, refusal) => expect(parseScan(code)).toMatchObject({ ok: false, code: refusal }))

  test('the longest prefix decides, and a store can have no such codes at all', () => {
    const own: EmbeddedRule = {
      prefix: '2812',
      itemDigits: 3,
      valueDigits: 5,
      decimals: 2,
      carries: 'price',
      innerCheck: false,
    }
    const code = closed('281234501250')
    expect(parseScan(code, [...defaultEmbeddedRules, own])).toEqual({
      ok: true,
      scan: { kind: 'embedded-price', itemCode: '345', valueMinor: 1250 },
    })
    expect(parseScan(code, [])).toEqual({ ok: true, scan: { kind: 'gtin', gtin14: `0${code}` } })
  })

  test('a price follows the decimals of the currency', () => {
    const whole: EmbeddedRule = {
      prefix: '21',
      itemDigits: 5,
      valueDigits: 5,
      decimals: 0,
      carries: 'price',
      innerCheck: false,
    }
    expect(parseScan(closed('211234500499'), [whole], 0)).toMatchObject({ scan: { valueMinor: 499 } })
    expect(parseScan(closed('211234500499'), [whole], 3)).toMatchObject({ scan: { valueMinor: 499_000 } })
  })

  test('reads back any price and weight that a scale can print', () => {
    fc.assert(
      fc.property(fc.constantFrom(...defaultEmbeddedRules), digits(5), fc.nat(9999), (rule, item, value) => {
        const printed = String(value).padStart(rule.valueDigits, '0')
        const inner = rule.innerCheck ? String(innerCheckDigit(printed)) : ''
        const expected =
          rule.carries === 'price'
            ? { kind: 'embedded-price', itemCode: item, valueMinor: value }
            : { kind: 'embedded-weight', itemCode: item, weightMicro: value * 1000 }
        expect(parseScan(closed(rule.prefix + item + inner + printed))).toEqual({ ok: true, scan: expected })
      }),
    )
  })

  test('never throws, whatever is scanned', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), digits(13), digits(12), digits(8)), code => {
        const outcome = parseScan(code)
        if (!outcome.ok) expect(outcome.code).toMatch(/^code-|^check-digit-wrong$/)
      }),
    )
  })
})

describe('rules for restricted prefixes', () => {
  test.each(defaultEmbeddedRules.map(rule => [rule.prefix, rule] as const))('default %s works', (_prefix, rule) => {
    expect(checkEmbeddedRule(rule)).toBeUndefined()
  })

  const good: EmbeddedRule = {
    prefix: '21',
    itemDigits: 5,
    valueDigits: 5,
    decimals: 2,
    carries: 'price',
    innerCheck: false,
  }
  test.each([
    ['not 13 digits', { ...good, itemDigits: 6 }],
    ['a prefix of trade', { ...good, prefix: '40' }],
    ['more decimals than the currency', { ...good, decimals: 3 }],
    ['an inner check digit over six digits', { ...good, itemDigits: 3, valueDigits: 6, innerCheck: true }],
    ['a broken number', { ...good, itemDigits: 4.5, valueDigits: 5.5 }],
  ])('refuses %s', (_name, rule) => {
    expect(checkEmbeddedRule(rule)).toMatchObject({ ok: false, code: 'embedded-rule-invalid' })
    const code = closed(`${rule.prefix}1234567890`)
    expect(() => parseScan(code, [rule])).toThrow(RangeError)
  })
})
