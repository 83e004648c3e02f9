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
const recordAtMost = 262_144

/** The decoder of a file by its beginning: UTF-8 where that is valid UTF-8, else Latin-1. UTF-16 and binary files are unreadable. */
const decoderOf = (beginning: Uint8Array, isWhole: boolean): TextDecoder => {
  const isUtf16 = (beginning[0] === 0xff && beginning[1] === 0xfe) || (beginning[0] === 0xfe && beginning[1] === 0xff)
  if (isUtf16 || beginning.includes(0)) throw new UnreadableCsv('csv-encoding-unknown')
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(beginning, { stream: !isWhole })
    return new TextDecoder('utf-8')
  } catch {
    return new TextDecoder('latin1')
  }
}

/** The text of a stream, read as it comes. */
async function* textOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let waiting: Uint8Array[] = []
  let size = 0
  let decoder: TextDecoder | undefined
  const begin = (isWhole: boolean): [TextDecoder, string] => {
    const beginning = new Uint8Array(size)
    let at = 0
    for (const chunk of waiting) {
      beginning.set(chunk, at)
      at += chunk.byteLength
    }
    waiting = []
    const chosen = decoderOf(beginning, isWhole)
    return [chosen, chosen.decode(beginning, { stream: true })]
  }
  for await (const chunk of body) {
    if (decoder) {
      yield decoder.decode(chunk, { stream: true })
      continue
    }
    waiting.push(chunk)
    size += chunk.byteLength
    if (size < sniffedBytes) continue
    const [chosen, text] = begin(false)
    decoder = chosen
    yield text
  }
  if (!decoder) {
    const [chosen, text] = begin(true)
    decoder = chosen
    yield text
  }
  yield decoder.decode()
}

/** The delimiter that the header has most of. */
const delimiterOf = (text: string): string => {
  const header = text.slice(0, text.search(/\r|\n|$/))
  const counts = [',', ';', '\t'].map(each => [each, header.split(each).length] as const)
  return counts.toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? ','
}

export type CsvRow = { row: number; fields: string[] } | { row: number; fault: 'quotes-wrong' }

/** Feeds a parser as fast as it reads, so that no more of a file than a few records is in memory. */
const feed = async (parser: Parser, first: string, rest: AsyncGenerator<string>): Promise<void> => {
  const write = async (text: string) => {
    if (text !== '' && !parser.write(text)) await new Promise<void>(resolve => parser.once('drain', () => resolve()))
  }
  await write(first)
  for await (const text of rest) await write(text)
  parser.end()
}

/**
 * Rows of a CSV by RFC 4180, the header first as row 0: commas, semicolons or tabs, UTF-8 (with or without a byte order mark)
 * or Latin-1. Throws UnreadableCsv for other encodings. A row whose quotes never end is said to be so, and ends the file.
 */
export async function* csvRows(body: AsyncIterable<Uint8Array>): AsyncGenerator<CsvRow> {
  const texts = textOf(body)
  const first = await texts.next()
  const beginning = first.done ? '' : first.value
  const parser = parse({
    bom: true,
    delimiter: delimiterOf(beginning),
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: recordAtMost,
  })
  const fed = feed(parser, beginning, texts).catch((error: unknown) => {
    parser.destroy(error instanceof Error ? error : new Error(String(error)))
  })
  let row = 0
  try {
    for await (const fields of parser as AsyncIterable<string[]>) {
      yield { row, fields }
      row += 1
    }
  } catch (error) {
    const isTheFile = error instanceof Error && 'code' in error && String(error.code).startsWith('CSV_')
    if (!isTheFile) throw error
    yield { row, fault: 'quotes-wrong' }
    return
  }
  await fed
}
