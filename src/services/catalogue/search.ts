import { sql } from 'kysely'
import { z } from 'zod'
import { cursorOf, placeOf } from '../../contracts/cursor.ts'
import { searchWords, wordSigns } from '../../domain/search-words.ts'
import type { Reader } from '../../platform/database/database.ts'
import { barcodeKey } from './codes.ts'
import type { CatalogueTables } from './tables.ts'

/** A match: the word by which it was found ('' for a whole code), how its name begins, and its number. Matches come in this order. */
type Match = { word: string; name_start: string; number: number }
const keys = z.tuple([z.string(), z.string(), z.int()])

/** How many entries of the rarest word are looked through for one page. Where there are more, the next page goes on behind them. */
const usualScan = 10_000

type Range = { archived: 0 | 1; from: string; after: Match | undefined; scannedAtMost: number }

/** A prefix is a range of words; no character stands behind U+10FFFF. */
const prefixEnd = (prefix: string): string => `${prefix}\u{10ffff}`

const inRange = ({ archived, from, after }: Omit<Range, 'scannedAtMost'>) => {
  const begin = after
    ? sql`(word, name_start, number) > (${after.word}, ${after.name_start}, ${after.number})`
    : sql`word >= ${from}`
  return sql`archived = ${archived} AND ${begin} AND word < ${prefixEnd(from)}`
}

/** Entries of the words that begin so, counted no further than a page looks. */
const entries = async (db: Reader, archived: 0 | 1, prefix: string): Promise<number> => {
  const range = inRange({ archived, from: prefix, after: undefined })
  const { rows } = await sql<{ entries: number }>`
    SELECT count(*) AS entries FROM (SELECT 1 AS one FROM catalogue_word WHERE ${range} LIMIT ${usualScan}) AS few
  `.execute(db.tables())
  return rows[0]?.entries ?? 0
}

/**
 * The words of a text, that first along which matches are walked: the rarest, because it leads to the fewest products; on a
 * later page the one that the page before went along. A word that another one begins with says nothing more and is left out.
 */
const walkedFirst = async (
  db: Reader,
  archived: 0 | 1,
  text: string,
  after: Match | undefined,
): Promise<[walked: string | undefined, ...others: string[]]> => {
  const all = searchWords(text)
  const words = all.filter(word => !all.some(other => other !== word && other.startsWith(word)))
  let walked = after && words.find(word => after.word.startsWith(word))
  if (words.length > 1 && walked === undefined) {
    const counted: Array<{ word: string; count: number }> = []
    for (const word of words) counted.push({ word, count: await entries(db, archived, word) })
    walked = counted.sort((a, b) => a.count - b.count || b.word.length - a.word.length)[0]?.word
  }
  walked ??= words[0]
  return [walked, ...words.filter(word => word !== walked)]
}

/** Products on sale that have this very SKU or barcode. */
const wholeCodes = async (db: Reader, text: string, category: string | undefined): Promise<Match[]> => {
  let query = db
    .tables<CatalogueTables>()
    .selectFrom('catalogue_code')
    .innerJoin('catalogue_product', 'catalogue_product.product_id', 'catalogue_code.product_id')
    .select(['number', 'folded_name'])
    .distinct()
    .where(({ and, eb, or }) =>
      or([
        and([eb('kind', '=', 'sku'), eb('code', '=', text)]),
        and([eb('kind', '=', 'barcode'), eb('code', '=', barcodeKey(text))]),
      ]),
    )
  if (category !== undefined) query = query.where('category', '=', category)
  const rows = await query.execute()
  return rows
    .map(row => ({ word: '', name_start: row.folded_name, number: row.number }))
    .sort((a, b) => a.number - b.number)
}

type Wanted = { words: readonly string[]; category: string | undefined; except: readonly number[]; limit: number }

/** Matches by words, walked in their order; a product stands where the first of its words does. */
const byWords = async (db: Reader, range: Range, { words, category, except, limit }: Wanted): Promise<Match[]> => {
  const has = (word: string) =>
    sql`EXISTS (SELECT 1 FROM catalogue_word AS other WHERE other.number = found.number AND other.archived = ${range.archived}
      AND other.word >= ${word} AND other.word < ${prefixEnd(word)})`
  const signs = wordSigns(words)
  const conditions = [
    sql`(found.signs & ${signs}) = ${signs}`,
    ...words.map(has),
    ...(category === undefined
      ? []
      : [
          sql`EXISTS (SELECT 1 FROM catalogue_product AS p WHERE p.number = found.number AND p.category = ${category})`,
        ]),
    ...(except.length === 0 ? [] : [sql`found.number NOT IN (${sql.join([...except])})`]),
    sql`NOT EXISTS (SELECT 1 FROM catalogue_word AS earlier WHERE earlier.number = found.number
      AND earlier.archived = ${range.archived} AND earlier.word >= ${range.from} AND earlier.word < found.word)`,
  ]
  // The signs are in the entry itself; whatever comes after them looks elsewhere. CASE keeps the conditions in this order, and
  // keeps a planner from joining whole words instead of walking along one.
  const meets = sql`CASE WHEN ${sql.join(conditions, sql` AND `)} THEN 1 ELSE 0 END = 1`
  const { rows } = await sql<Match>`
    SELECT word, name_start, number FROM (
      SELECT word, name_start, number, signs FROM catalogue_word WHERE ${inRange(range)}
      ORDER BY word, name_start, number LIMIT ${range.scannedAtMost}
    ) AS found
    WHERE ${meets} ORDER BY word, name_start, number LIMIT ${limit}
  `.execute(db.tables())
  return rows
}

/** The last entry that one page looks at, if there may be more behind it. */
const lastScanned = async (db: Reader, range: Range): Promise<Match | undefined> => {
  const { rows } = await sql<Match>`
    SELECT word, name_start, number FROM catalogue_word WHERE ${inRange(range)}
    ORDER BY word, name_start, number LIMIT 1 OFFSET ${range.scannedAtMost - 1}
  `.execute(db.tables())
  return rows[0]
}

/**
 * Numbers of the products that match a text, a page at a time: first those that have it as their SKU or barcode, then those
 * that have a word beginning with each of its words. Each page costs about what it shows, whatever the catalogue holds; where
 * words are common and hardly meet, a page may be short, even empty, and `next` still goes on.
 */
export const searchProducts = async (
  db: Reader,
  search: { text: string; archived: 0 | 1; category: string | undefined; cursor: string | undefined; limit: number },
  scannedAtMost = usualScan,
): Promise<{ numbers: number[]; next: string | null }> => {
  const { text, archived, category, limit } = search
  const place = placeOf(search.cursor, keys)
  const after = place && { word: place[0], name_start: place[1], number: place[2] }
  const whole = archived === 1 ? [] : await wholeCodes(db, text, category)
  const first = after === undefined ? whole : after.word === '' ? whole.filter(each => each.number > after.number) : []
  const [from, ...words] = await walkedFirst(db, archived, text, after)
  if (from === undefined && first.length === 0) return { numbers: [], next: null }
  const range: Range = { archived, from: from ?? '', after: after?.word === '' ? undefined : after, scannedAtMost }
  const except = whole.map(each => each.number)
  const wanted = { words, category, except, limit: limit + 1 - Math.min(first.length, limit) }
  const matches = [...first, ...(from === undefined ? [] : await byWords(db, range, wanted))]
  const shown = matches.slice(0, limit)
  const last = matches.length > limit ? shown.at(-1) : from === undefined ? undefined : await lastScanned(db, range)
  return {
    numbers: shown.map(each => each.number),
    next: last ? cursorOf([last.word, last.name_start, last.number]) : null,
  }
}
