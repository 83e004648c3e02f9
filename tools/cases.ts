import { readFileSync } from 'node:fs'
import { judge, type Verdict } from './cases/engine.ts'
import { type CaseRow, parseRows } from './cases/row.ts'

/**
 * `npm run cases -- FILE...` runs the numerical cases of other systems through the domain and prints a line for each.
 * Exit status: 0 all that is supported is right, 1 a figure is wrong, 2 bad usage or a file that cannot be read.
 */

const lineFor = (verdict: Verdict): string => {
  const { row } = verdict
  if (verdict.kind === 'ok') return `ok ${row.id}`
  if (verdict.kind === 'unsupported') return `unsupported ${row.id} ${verdict.reason}`
  const figures = verdict.differences.map(({ at, expected, got }) => `${at} expected ${expected} got ${got}`)
  return `wrong ${row.id} ${figures.join('; ')}`
}

const readRows = (path: string): CaseRow[] | undefined => {
  try {
    return parseRows(readFileSync(path, 'utf8'))
  } catch (error) {
    console.error(`${path}: ${error instanceof Error ? error.message : String(error)}`)
    return undefined
  }
}

const run = (paths: readonly string[]): number => {
  if (paths.length === 0) {
    console.error('usage: npm run cases -- FILE...')
    return 2
  }
  const files = paths.map(readRows)
  const verdicts = files.flatMap(rows => (rows ?? []).map(judge))
  for (const verdict of verdicts) console.log(lineFor(verdict))
  const count = (kind: Verdict['kind']): number => verdicts.filter(verdict => verdict.kind === kind).length
  console.log(`${count('ok')} passed, ${count('wrong')} failed, ${count('unsupported')} skipped`)
  if (files.includes(undefined)) return 2
  return count('wrong') > 0 ? 1 : 0
}

process.exitCode = run(process.argv.slice(2))
