import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, describe, expect, test } from 'vitest'
import { judge } from '../../tools/cases/engine.ts'
import { type CaseRow, type Json, parseRows } from '../../tools/cases/row.ts'

const file = fileURLToPath(new URL('peer-cases.json', import.meta.url))
const rows = parseRows(readFileSync(file, 'utf8'))

test('122 rows pass, none is wrong, none is left out', () => {
  const verdicts = rows.map(judge)
  expect(verdicts.filter(verdict => verdict.kind === 'wrong')).toEqual([])
  expect(verdicts.filter(verdict => verdict.kind === 'unsupported')).toEqual([])
  expect(verdicts.filter(verdict => verdict.kind === 'ok')).toHaveLength(122)
})

/** Every number and text in what is expected, each changed alone. */
const bent = (value: Json): Json[] => {
  if (typeof value === 'boolean') return [!value]
  if (typeof value === 'number') return [value + 1]
  if (typeof value === 'string') return [/^-?[\d.]+$/.test(value) ? String(Number(value) + 1) : `${value} no more`]
  if (Array.isArray(value)) return value.flatMap((each, i) => bent(each).map(other => value.with(i, other)))
  if (value === null) return []
  // What another system reported by mistake may be any number but ours.
  const figures = Object.entries(value).filter(([key]) => key !== 'wrong_total_reported')
  return figures.flatMap(([key, each]) => bent(each).map(other => ({ ...value, [key]: other })))
}

test('a row with any one figure changed is wrong', () => {
  for (const row of rows) {
    const changed = bent(row.expected).map(expected => ({ ...row, expected: expected as CaseRow['expected'] }))
    expect(changed.length).toBeGreaterThan(0)
    for (const each of changed) expect(judge(each), JSON.stringify(each)).toMatchObject({ kind: 'wrong' })
  }
})

test('rows are known by their shape and policy, not by their name', () => {
  for (const row of rows) expect(judge({ ...row, id: 'x', source: '', path: '' })).toMatchObject({ kind: 'ok' })
})

describe('what the engine does not offer is said, with the reason', () => {
  const row = (input: CaseRow['input'], expected: CaseRow['expected']): CaseRow => ({
    id: 'x',
    source: '',
    path: '',
    kind: '',
    policy: '',
    input,
    expected,
  })
  test.each<[CaseRow, string]>([
    [row({ moon: 1 }, { phase: 1 }), 'no part of the engine takes moon'],
    [row({ stocked: 2, reserve: 1 }, { moon: 1 }), 'the engine has no figure called moon'],
    [
      row({ price_unit: '1', taxes: [{ type: 'python', amount: '1' }] }, { base: '1' }),
      'the engine has no taxes of the type python',
    ],
    [row({ price_unit: 'a lot', taxes: [] }, { base: '1' }), 'the price of a line is no decimal number'],
    [row({ items: [{ price: '1.005', quantity: 1 }], coupons: [] }, { total: '1' }), 'price is no amount in cents'],
    [
      row({ items: [{ price: '1', quantity: 0 }], coupons: [] }, { total: '0' }),
      "out of the engine's range: a line is whole units at a price from zero",
    ],
    [row({ lines: [['P9', 1]] }, { sale_total: '1' }), 'no catalog names the price of P9'],
    [row({ on_hand: 1, event: 'flood' }, { on_hand: 0 }), 'the engine has no stock event called flood'],
  ])('%j', (asked, reason) => {
    expect(judge(asked)).toEqual({ row: asked, kind: 'unsupported', reason })
  })
})

describe('the command', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cases-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const tool = fileURLToPath(new URL('../../tools/cases.ts', import.meta.url))
  const run = async (...paths: string[]): Promise<{ status: number; out: string; err: string }> => {
    try {
      const { stdout, stderr } = await promisify(execFile)(process.execPath, [tool, ...paths])
      return { status: 0, out: stdout, err: stderr }
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
      return { status: code, out: stdout, err: stderr }
    }
  }
  const written = (name: string, text: string): string => {
    const path = join(folder, name)
    writeFileSync(path, text)
    return path
  }

  test('prints a line for each row and a sum', async () => {
    const { status, out } = await run(file)
    expect(status).toBe(0)
    expect(out.trim().split('\n')).toHaveLength(123)
    expect(out).toContain('ok odoo-incl-12\n')
    expect(out).toMatch(/\n122 passed, 0 failed, 0 skipped\n$/)
  })

  test('exits with 1 where a figure is wrong, and says both', async () => {
    const wrong = { id: 'a', input: { weights: [1, 1], total: 3 }, expected: { parts: [1, 2] } }
    const unknown = { id: 'b', input: {}, expected: {} }
    const { status, out } = await run(written('wrong.json', JSON.stringify([wrong, unknown])))
    expect(status).toBe(1)
    expect(out).toBe(
      'wrong a parts.0 expected 1 got 2; parts.1 expected 2 got 1\n' +
        'unsupported b no part of the engine takes \n' +
        '0 passed, 1 failed, 1 skipped\n',
    )
  })

  test('exits with 2 where there is nothing to read', async () => {
    expect(await run()).toMatchObject({ status: 2, err: 'usage: npm run cases -- FILE...\n' })
    expect(await run(join(folder, 'absent.json'))).toMatchObject({ status: 2 })
    expect(await run(written('torn.json', '[{'))).toMatchObject({ status: 2 })
    expect(await run(written('other.json', '{"a":1}'), file)).toMatchObject({ status: 2 })
    expect(await run(written('rowless.json', '[{"id":"a"}]'))).toMatchObject({ status: 2 })
  })
})
