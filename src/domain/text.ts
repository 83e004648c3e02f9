/**
 * Characters that change how the text around them is read, printed or sent without being seen: C0 and C1 controls
 * (NUL, ESC and the printer's own commands among them), line and paragraph separators, bidirectional marks, overrides
 * and isolates, zero-width and other invisible characters, tags, non-characters and lone surrogates.
 */
const active = new RegExp(
  [
    '[\\u0000-\\u001f\\u007f-\\u009f]',
    '[\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f]',
    '[\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\u3164\\ufeff\\uffa0\\ufff9-\\ufffb]',
    '[\\u{e0000}-\\u{e0fff}]',
    '\\p{Noncharacter_Code_Point}',
    '\\p{Surrogate}',
  ].join('|'),
  'gu',
)

/**
 * Makes text from outside safe to print and show on one line: every active character becomes one visible character of
 * one column (its Unicode control picture, or U+FFFD where there is none), so that nothing is hidden and nothing acts.
 * Applying it twice changes nothing. Joiners of some scripts and of joined emoji are shown too: on a receipt that can
 * be read out in a dispute, seen is better than pretty.
 */
export const inertText = (text: string): string =>
  text.replace(active, character => {
    const codePoint = character.codePointAt(0) ?? 0
    if (codePoint < 0x20) return String.fromCodePoint(0x2400 + codePoint)
    return codePoint === 0x7f ? '\u2421' : '\ufffd'
  })

/** True where `inertText` would change something: for text that must not hold such characters at all. */
export const hasActiveCharacters = (text: string): boolean => inertText(text) !== text

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
const wide =
  /^(?:\p{Emoji_Presentation}|.\ufe0f|[\p{sc=Han}\p{sc=Hangul}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Bopomofo}\p{sc=Yi}]|[\u3000-\u303e\u30fb\u30fc\uff01-\uff60\uffe0-\uffe6])/u

/** What a reader sees as one character, with the columns that it takes in a fixed-width font (UAX #11: 2 where wide). */
export const cellsOf = (text: string): { text: string; columns: number }[] =>
  Array.from(graphemes.segment(text), ({ segment }) => ({ text: segment, columns: wide.test(segment) ? 2 : 1 }))

/** Columns that the text takes in a fixed-width font. */
export const columnsOf = (text: string): number => cellsOf(text).reduce((sum, cell) => sum + cell.columns, 0)

const luhnValid = (digits: string): boolean => {
  let sum = 0
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index])
    const weighted = index % 2 === 1 ? digit * 2 : digit
    sum += weighted > 9 ? weighted - 9 : weighted
  }
  return sum % 10 === 0
}

/** Issuer ranges in use (ISO/IEC 7812-1 leading digits 2 to 6) with the lengths that their cards have. */
const issuers: { pattern: RegExp; lengths: readonly number[] }[] = [
  { pattern: /^4/, lengths: [13, 16, 19] },
  { pattern: /^5[1-5]/, lengths: [16] },
  { pattern: /^2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)/, lengths: [16] },
  { pattern: /^220[0-4]/, lengths: [16, 17, 18, 19] },
  { pattern: /^3[47]/, lengths: [15] },
  { pattern: /^3(?:0[0-5]|095|[689])/, lengths: [14, 15, 16, 17, 18, 19] },
  { pattern: /^35(?:2[89]|[3-8])/, lengths: [16, 17, 18, 19] },
  { pattern: /^(?:50|5[6-9]|6)/, lengths: [13, 14, 15, 16, 17, 18, 19] },
]

const inIssuerRange = (digits: string): boolean =>
  issuers.some(issuer => issuer.pattern.test(digits) && issuer.lengths.includes(digits.length))

/** GS1 check digit: what tells an article number of 13 or 14 digits from a card number of that length. */
const gtinValid = (digits: string): boolean => {
  let sum = 0
  for (let index = 0; index < digits.length; index++)
    sum += Number(digits[digits.length - 1 - index]) * (index % 2 === 1 ? 3 : 1)
  return sum % 10 === 0
}

const isCardNumber = (groups: readonly string[]): boolean => {
  const digits = groups.join('')
  if (digits.length < 13 || digits.length > 19 || !inIssuerRange(digits) || !luhnValid(digits)) return false
  const articleNumber = groups.length === 1 && (digits.length === 13 || digits.length === 14) && gtinValid(digits)
  return !articleNumber
}

/** The ways cards print and people type their groups: fours, 4-6-4, 4-6-5, 6 and the rest, or digit by digit. */
const printedLikeACard = (groups: readonly string[]): boolean => {
  const lengths = groups.map(group => group.length).join('-')
  return /^\d+$|^4(-4){2,3}(-[1-4])?$|^4-6-[45]$|^6-\d+$|^1(-1)+$/.test(lengths)
}

const notCards = [
  /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi,
  /\b(?=[0-9]*[a-f])[0-9a-f]{32,}\b/gi,
  /(?<!\d)(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?!\d)/g,
  /\+\d(?:[ -]?\d){6,14}(?![ -]?\d)/g,
]

/**
 * Whether text holds what looks like a payment card number (PAN): 13 to 19 digits, with spaces or dashes between them or
 * not, in an issuer range that is in use, with a valid Luhn digit (ISO/IEC 7812-1, annex B). It guards fields that people
 * type into, because a PAN must not be kept unprotected (PCI DSS 3.2.1 requirement 3.4, 4.0 requirement 3.5.1).
 *
 * The trade-off: UUIDs, hashes, ISO dates and international phone numbers are taken out first, and an unbroken number of
 * 13 or 14 digits with a valid GS1 check digit counts as an article number, so that one in ten cards of those (rare) lengths
 * passes. The other way round one in ten other numbers of 15 to 19 digits in an issuer range is refused; a person can write
 * such a number in another way, a leaked card number can't be taken back.
 */
export const containsCardNumber = (text: string): boolean => {
  let plain = text
    .replace(active, '')
    .normalize('NFKC')
    .replace(/\p{Pd}/gu, '-')
    .replace(/\s/gu, ' ')
  for (const pattern of notCards) plain = plain.replace(pattern, '/')
  for (const [run] of plain.matchAll(/\d+(?:[ -]{1,3}\d+)*/g)) {
    const groups = run.split(/[ -]+/)
    if (isCardNumber(groups)) return true
    for (let from = 0; from < groups.length; from++) {
      for (let to = from + 1; to <= Math.min(groups.length, from + 19); to++) {
        const window = groups.slice(from, to)
        if (printedLikeACard(window) && isCardNumber(window)) return true
      }
    }
  }
  return false
}
