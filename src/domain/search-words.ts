/** Marks that are written over or under a letter (Unicode general category M). */
const marks = /\p{M}/gu
const separators = /[^\p{L}\p{N}]+/u

/** Text as it is searched: without accents and case, so that "creme" finds "Crème" (Unicode NFKD, then marks left out). */
export const foldText = (text: string): string => text.normalize('NFKD').replace(marks, '').toLowerCase()

/** The different words of a text, folded: runs of letters and digits. */
export const searchWords = (text: string): string[] => [
  ...new Set(
    foldText(text)
      .split(separators)
      .filter(word => word !== ''),
  ),
]
