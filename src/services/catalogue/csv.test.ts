import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CsvRow, csvRows, UnreadableCsv } from './csv.ts'

const bytesOf = (text: string) => new TextEncoder().encode(text)
const latin1 = (text: string) => Uint8Array.from(text, letter => letter.charCodeAt(0))

/** The bytes in pieces of these sizes, over and over. */
async function* inPieces(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? bytes.length
    yield bytes.subarray(at, at + size)
    at += size
  }
}

const read = async (bytes: Uint8Array, sizes: readonly number[] = [bytes.length || 1]): Promise<CsvRow[]> => {
  const rows: CsvRow[] = []
  for await (const row of csvRows(inPieces(bytes, sizes))) rows.push(row)
  return rows
}
const fieldsOf = (rows: readonly CsvRow[]) => rows.map(row => ('fields' in row ? row.fields : row.fault))

describe('torture', () => {
  const files: Array<[what: string, file: string | Uint8Array, fields: Array<string[] | string>]> = [
    ['nothing', '', []],
    ['line ends alone', '\r\n\n\r', []],
    [
      'commas',
      'a,b\n1,2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'semicolons, with commas in them',
      'a;b\n1,5;2\n',
      [
        ['a', 'b'],
        ['1,5', '2'],
      ],
    ],
    [
      'tabs with an empty field',
      'a\tb\tc\n1\t\t3',
      [
        ['a', 'b', 'c'],
        ['1', '', '3'],
      ],
    ],
    [
      'delimiters inside a quoted header',
      '"a;b;c",d\n1,2\n',
      [
        ['a;b;c', 'd'],
        ['1', '2'],
      ],
    ],
    [
      'every line end in one file',
      'a,b\r\n1,2\n3,4\r5,6',
      [
        ['a', 'b'],
        ['1', '2'],
        ['3', '4'],
        ['5', '6'],
      ],
    ],
    [
      'line ends and quotes inside quotes',
      'a,b\n"1\r\n2","3""4"\n',
      [
        ['a', 'b'],
        ['1\r\n2', '3"4'],
      ],
    ],
    [
      'space around fields, and inside quotes',
      'a,b\n 1 , " 2 "\n',
      [
        ['a', 'b'],
        ['1', ' 2 '],
      ],
    ],
    [
      'a quote in the middle',
      'a,b\n5" nail,2\n',
      [
        ['a', 'b'],
        ['5" nail', '2'],
      ],
    ],
    [
      'a stray letter behind a quote',
      'a,b\n"x"y,2\n3,4\n',
      [
        ['a', 'b'],
        ['"x"y', '2'],
        ['3', '4'],
      ],
    ],
    ['fewer and more fields', 'a,b\n1\n1,2,3\n', [['a', 'b'], ['1'], ['1', '2', '3']]],
    [
      'UTF-8 with its mark',
      bytesOf('\ufeffa,b\nü,€\n'),
      [
        ['a', 'b'],
        ['ü', '€'],
      ],
    ],
    [
      'UTF-8 without',
      bytesOf('a,b\nü,寿\n'),
      [
        ['a', 'b'],
        ['ü', '寿'],
      ],
    ],
    [
      'Latin-1',
      latin1('a,b\nM\xfcller,\xa35\n'),
      [
        ['a', 'b'],
        ['Müller', '£5'],
      ],
    ],
    [
      'the euro of Windows',
      latin1('a,b\n\x80,1\n'),
      [
        ['a', 'b'],
        ['€', '1'],
      ],
    ],
    ['UTF-8 cut in a character is Latin-1', bytesOf('a,ü').subarray(0, 3), [['a', 'Ã']]],
    [
      'marked as UTF-8 and damaged',
      Uint8Array.of(...bytesOf('\ufeffa,b\n1,2\n'), 0xff, 0x2c, 0x33),
      [['a', 'b'], ['1', '2'], 'text-unreadable'],
    ],
    [
      'a sign for the unreadable that was there before',
      bytesOf('a,b\n\ufffd,1\n'),
      [
        ['a', 'b'],
        ['\ufffd', '1'],
      ],
    ],
    [
      'a zero byte',
      bytesOf('a,b,c,d,e,f\nnul\u0000l,2,3,4,5,6\n'),
      [
        ['a', 'b', 'c', 'd', 'e', 'f'],
        ['nul\u0000l', '2', '3', '4', '5', '6'],
      ],
    ],
    ['an open quote', 'a,b\n1,2\n3,"4\n5,6\n', [['a', 'b'], ['1', '2'], 'quotes-wrong']],
    ['a huge field', `a,b\n1,2\n3,${'x'.repeat(300_000)}\n5,6\n`, [['a', 'b'], ['1', '2'], 'row-too-long']],
    [
      'an open quote far from the end',
      `a,b\n1,2\n"${'x,y\n'.repeat(100_000)}`,
      [['a', 'b'], ['1', '2'], 'row-too-long'],
    ],
  ]
  test.each(files)('%s', async (_what, file, fields) => {
    const bytes = typeof file === 'string' ? bytesOf(file) : file
    expect(fieldsOf(await read(bytes))).toEqual(fields)
    expect(fieldsOf(await read(bytes, bytes.length > 1_000 ? [4_096] : [1]))).toEqual(fields)
  })

  const unreadable: Array<[what: string, bytes: Uint8Array]> = [
    ['UTF-16, marked, little end first', Uint8Array.of(0xff, 0xfe, ...latin1('a\0,\0b\0'))],
    ['UTF-16, marked, big end first', Uint8Array.of(0xfe, 0xff, ...latin1('\0a\0,\0b'))],
    ['UTF-16 without a mark', latin1('s\0k\0u\0,\0n\0')],
    ['zeros', new Uint8Array(100)],
  ]
  test.each(unreadable)('%s is no encoding that is read', async (_what, bytes) => {
    await expect(read(bytes)).rejects.toThrow(new UnreadableCsv('csv-encoding-unknown'))
  })
})

test('rows count from 1 below the header, empty ones too', async () => {
  expect(await read(bytesOf('\n\na,b\n1,2\n\n,\n3,4\n'))).toEqual([
    { row: 0, fields: ['a', 'b'] },
    { row: 1, fields: ['1', '2'] },
    { row: 4, fields: ['3', '4'] },
  ])
})

test('a file that turns bad behind what told its encoding loses the spoilt rows alone', async () => {
  const good = 'ü,2\n'.repeat(300_000)
  const bytes = Uint8Array.of(...bytesOf('a,b\n'))
  const whole = new Uint8Array(bytes.length + bytesOf(good).length + 8)
  whole.set(bytes)
  whole.set(bytesOf(good), bytes.length)
  whole.set(latin1('\xfc,3\nx,4\n'), whole.length - 8)
  const rows = await read(whole, [65_000])
  expect(rows.length).toBe(300_003)
  expect(rows.slice(-2)).toEqual([
    { row: 300_001, fault: 'text-unreadable' },
    { row: 300_002, fields: ['x', '4'] },
  ])
})

test('the body is asked for more only when what came was read', async () => {
  let asked = 0
  async function* body() {
    yield bytesOf(`a,b\n${'1,2\n'.repeat(300_000)}`)
    for (; asked < 1_000; asked++) yield bytesOf('3,4\n'.repeat(1_000))
  }
  let rows = 0
  for await (const _row of csvRows(body())) {
    rows += 1
    if (rows === 310_000) break
  }
  expect(asked).toBeLessThan(20)
})

test('whatever is written by the rules is read as it was, however it arrives', async () => {
  const field = fc
    .string({ unit: 'grapheme', maxLength: 12 })
    .filter(text => text === text.toWellFormed() && !text.includes('\u0000'))
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(field, { minLength: 2, maxLength: 2 }), { maxLength: 20 }),
      fc.constantFrom(',', ';', '\t'),
      fc.constantFrom('\n', '\r\n', '\r'),
      fc.boolean(),
      fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 }),
      async (rows, delimiter, end, mark, sizes) => {
        const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
        const all = [['name', 'price'], ...rows]
        const text = all.map(row => row.map(quoted).join(delimiter)).join(end)
        const header = `name${delimiter}price${text.slice(quoted('name').length + 1 + quoted('price').length)}`
        const found = await read(bytesOf((mark ? '\ufeff' : '') + header), sizes)
        expect(fieldsOf(found)).toEqual(all.filter(row => row.some(each => each !== '')))
      },
    ),
    { numRuns: 200 },
  )
})
