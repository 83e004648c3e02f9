import { type Parser, parse } from 'csv-parse'

/** A CSV that can't be read at all, with the refusal's code. */
export class UnreadableCsv extends Error {
  override name = 'UnreadableCsv'
  readonly code: 'csv-header-wrong' | 'csv-encoding-unknown'
  readonly detail: Record<string, string | number>
  constructor(code: UnreadableCsv['code'], detail: Record<string, string | number> = {}) {
    super(code)
    this.code = code
    this.detail = detail
  }
}

/** How much of a file is looked at to tell its encoding. */
const sniffedBytes = 1_048_576
/** How much is decoded and parsed at once, however large the pieces are that arrive. */
const pieceBytes = 65_536
/** The longest row. An open quote would otherwise take the rest of a file for one field. */
const longestRow = 262_144

/** Text with whether bytes of it, or before it, were no characters of the encoding. */
type Piece = { text: string; damaged: boolean }
type Decode = (bytes?: Uint8Array) => Piece

const utf8 = (): Decode => {
  const decoder = new TextDecoder('utf-8')
  // Tells a character that could not be read from one that stands for such in the file itself.
  const strict = new TextDecoder('utf-8', { fatal: true })
  let damaged = false
  return bytes => {
    const options = { stream: bytes !== undefined }
    try {
      if (!damaged) strict.decode(bytes, options)
    } catch {
      damaged = true
    }
    return { text: decoder.decode(bytes, options), damaged }
  }
}

const latin1 = (): Decode => {
  const decoder = new TextDecoder('latin1')
  return bytes => ({ text: decoder.decode(bytes, { stream: bytes !== undefined }), damaged: false })
}

const isUtf8 = (bytes: Uint8Array, isWhole: boolean): boolean => {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: !isWhole })
    return true
  } catch {
    return false
  }
}

/**
 * The decoder of a file by its beginning: UTF-8 where it says so by its mark or is valid, else Latin-1 (as Windows has it).
 * Throws for UTF-16, with its mark or by its many zero bytes.
 */
const decoderOf = (beginning: Uint8Array, isWhole: boolean): Decode => {
  const [first, second, third] = beginning
  const isMarkedUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
  let zeros = 0
  for (const byte of beginning) if (byte === 0) zeros += 1
  if (isMarkedUtf16 || zeros * 8 > beginning.length) throw new UnreadableCsv('csv-encoding-unknown')
  const isMarkedUtf8 = first === 0xef && second === 0xbb && third === 0xbf
  return isMarkedUtf8 || isUtf8(beginning, isWhole) ? utf8() : latin1()
}

const joined = (chunks: readonly Uint8Array[]): Uint8Array => {
  const all = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.byteLength, 0))
  let at = 0
  for (const chunk of chunks) {
    all.set(chunk, at)
    at += chunk.byteLength
  }
  return all
}

/** The beginning of a file in one, long enough to tell its encoding, then the rest as it comes. */
async function* sniffable(body: AsyncIterable<Uint8Array>): AsyncGenerator<{ bytes: Uint8Array; isWhole: boolean }> {
  let waiting: Uint8Array[] | undefined = []
  let size = 0
  for await (const chunk of body) {
    if (!waiting) {
      yield { bytes: chunk, isWhole: false }
      continue
    }
    waiting.push(chunk)
    size += chunk.byteLength
    if (size < sniffedBytes) continue
    yield { bytes: joined(waiting), isWhole: false }
    waiting = undefined
  }
  if (waiting) yield { bytes: joined(waiting), isWhole: true }
}

/** The text of a stream, read as it comes. */
async function* textOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<Piece> {
  let decode: Decode | undefined
  for await (const { bytes, isWhole } of sniffable(body)) {
    decode ??= decoderOf(bytes, isWhole)
    for (let at = 0; at < bytes.byteLength; at += pieceBytes) yield decode(bytes.subarray(at, at + pieceBytes))
  }
  if (decode) yield decode()
}

/** The delimiter that the header has most of, outside its quotes. */
const delimiterOf = (text: string): string => {
  const header = (/[^\r\n]+/.exec(text)?.[0] ?? '').replace(/"[^"]*"/g, '')
  const counts = [',', ';', '\t'].map(each => [each, header.split(each).length] as const)
  return counts.toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? ','
}

export type CsvFault = 'text-unreadable' | 'quotes-wrong' | 'row-too-long'
export type CsvRow = { row: number; fields: string[] } | { row: number; fault: CsvFault }

/**
 * Parses text piece by piece. Rows are taken as they are found and not from the parser's stream, which would throw those
 * away that wait in it when a later one can't be read.
 */
const parserOf = (delimiter: string) => {
  let rows: string[][] = []
  const parser: Parser = parse({
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
    max_record_size: longestRow,
    ltrim: true,
    // Space around a field is layout; inside quotes it is meant.
    cast: (text, { quoting }) => (quoting ? text : text.trim()),
    on_record: (fields: string[]) => {
      rows.push(fields)
      return null
    },
  })
  // Told by the callbacks below.
  parser.on('error', () => {})
  parser.resume()
  const told = (give: (done: (error?: Error | null) => void) => void): Promise<{ rows: string[][]; error?: Error }> =>
    new Promise(resolve => {
      give(error => {
        const found = rows
        rows = []
        resolve(error ? { rows: found, error } : { rows: found })
      })
    })
  return {
    write: (text: string) => told(done => parser.write(text, done)),
    end: () => told(done => parser.end(done)),
  }
}

const faultOf = (error: Error): CsvFault => {
  const code = 'code' in error ? String(error.code) : ''
  if (code === 'CSV_MAX_RECORD_SIZE') return 'row-too-long'
  if (code.startsWith('CSV_')) return 'quotes-wrong'
  throw error
}

/**
 * Rows of a CSV by RFC 4180, the header first as row 0: commas, semicolons or tabs, any line ends, UTF-8 (with or without a
 * byte order mark) or Latin-1; of the file no more in memory than its beginning and a piece. Rows without anything are counted and left out. A row that
 * can't be read is said to be so: unreadable characters spoil it alone, an open quote and a row without end the file.
 * Throws UnreadableCsv for other encodings.
 */
export async function* csvRows(body: AsyncIterable<Uint8Array>): AsyncGenerator<CsvRow> {
  let parser: ReturnType<typeof parserOf> | undefined
  let row = -1
  let spoilt = false
  const rowsOf = function* (found: readonly string[][]): Generator<CsvRow> {
    for (const fields of found) {
      if (fields.every(field => field === '')) {
        if (row >= 0) row += 1
        continue
      }
      row += 1
      const isUnreadable = spoilt && fields.some(field => field.includes('\ufffd'))
      yield isUnreadable ? { row, fault: 'text-unreadable' } : { row, fields }
    }
  }
  for await (const { text, damaged } of textOf(body)) {
    spoilt = damaged
    parser ??= parserOf(delimiterOf(text))
    const { rows, error } = await parser.write(text)
    yield* rowsOf(rows)
    if (error) {
      yield { row: row + 1, fault: faultOf(error) }
      return
    }
  }
  if (!parser) return
  const { rows, error } = await parser.end()
  yield* rowsOf(rows)
  if (error) yield { row: row + 1, fault: faultOf(error) }
}
