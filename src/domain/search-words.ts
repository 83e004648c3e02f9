/** Marks that are written over or under a letter (Unicode general category M). */
const marks = /\p{M}/gu
const separators = /[^\p{L}\p{N}]+/u
/** Controls, invisible characters and spaces: nobody searches for them. */
const unseen = /[\p{C}\p{Z}]+/gu
/** Longer words are told apart by their first letters only, so that an index entry stays small. */
const longestWord = 64

/**
 * Text as it is searched: without accents and case, so that "creme" finds "Crème" (Unicode NFKD, then marks left out). A Greek
 * sigma has one form, because where a word ends is not known while it is typed.
 */
export const foldText = (text: string): string =>
  text.normalize('NFKD').replace(marks, '').toLowerCase().replaceAll('ς', 'σ')

/**
 * The different words of a text, folded: runs of letters and digits, each at most 64 characters. A text without any (a SKU
 * like "***") is one word as it stands.
 */
export const searchWords = (text: string): string[] => {
  const folded = foldText(text)
  const words = folded.split(separators).filter(word => word !== '')
  const whole = words.length > 0 ? words : [folded.replace(unseen, '')].filter(word => word !== '')
  return [...new Set(whole.map(word => word.slice(0, longestWord).toWellFormed()))]
}

/** As many as a safe integer has, less one. */
const signBits = 52
const signedLetters = 3

/**
 * Which beginnings words have, of one to three letters, as bits of an integer: a text has no word that begins with another one
 * unless it has all of that one's bits. It may have them by chance, so it only spares a closer look (a Bloom filter).
 */
export const wordSigns = (words: readonly string[]): number => {
  const half = signBits / 2
  let low = 0
  let high = 0
  for (const word of words) {
    let hash = 0
    for (let at = 0; at < Math.min(word.length, signedLetters); at++) {
      hash = (hash * 31 + word.charCodeAt(at) + 1) % 65_521
      const bit = hash % signBits
      if (bit < half) low |= 1 << bit
      else high |= 1 << (bit - half)
    }
  }
  return high * 2 ** half + low
}
