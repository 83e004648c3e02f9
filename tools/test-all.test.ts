import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sumOf, totalsOf } from './test-report.ts'
import { findTools, foldersToSearch, isComplete, postgresMajor } from './test-tools.ts'

describe('totals', () => {
  const report = { success: true, numPassedTests: 12, numFailedTests: 0, numPendingTests: 1, numTodoTests: 0 }
  test.each([
    ['tests passed', { succeeded: true, report }, { passed: 12, failed: 0, skipped: 1 }],
    [
      'tests failed',
      { succeeded: false, report: { ...report, success: false, numFailedTests: 2 } },
      { passed: 12, failed: 2, skipped: 1 },
    ],
    [
      'a file could not be loaded',
      { succeeded: false, report: { ...report, success: false } },
      { passed: 12, failed: 1, skipped: 1 },
    ],
    ['the run crashed after its tests', { succeeded: false, report }, { passed: 12, failed: 1, skipped: 1 }],
    ['no report', { succeeded: false }, { passed: 0, failed: 1, skipped: 0 }],
    ['a check passed', { succeeded: true }, { passed: 0, failed: 0, skipped: 0 }],
  ])('%s', (_name, step, expected) => expect(totalsOf(step)).toEqual(expected))

  test('are summed', () => {
    const sum = sumOf([
      { passed: 1, failed: 2, skipped: 3 },
      { passed: 10, failed: 20, skipped: 30 },
    ])
    expect(sum).toEqual({ passed: 11, failed: 22, skipped: 33 })
    expect(sumOf([])).toEqual({ passed: 0, failed: 0, skipped: 0 })
  })
})

test.each([
  ['postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)', 15],
  ['postgres (PostgreSQL) 18beta2', 18],
  ['something else', 0],
])('version of %s', (text, major) => expect(postgresMajor(text)).toBe(major))

describe('finding programs', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tillwire-tools-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const put = (path: string, says = '', mode = 0o755): void => {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), `#!/bin/sh\necho '${says}'\n`)
    chmodSync(join(folder, path), mode)
  }

  test('takes the newest Postgres of the system, and the rest from PATH', () => {
    for (const version of ['9.6', '15', '16']) {
      put(`postgresql/${version}/bin/postgres`, `postgres (PostgreSQL) ${version}.1`)
      put(`postgresql/${version}/bin/initdb`)
    }
    put('bin/nats-server')
    put('bin/google-chrome')
    const { tools, missing } = findTools(foldersToSearch(join(folder, 'bin'), join(folder, 'postgresql')).slice(0, 4))
    expect(missing).toEqual([])
    expect(isComplete(tools)).toBe(true)
    expect(tools).toEqual({
      postgres: join(folder, 'postgresql/16/bin/postgres'),
      initdb: join(folder, 'postgresql/16/bin/initdb'),
      natsServer: join(folder, 'bin/nats-server'),
      chromium: join(folder, 'bin/google-chrome'),
    })
  })

  test('names the packages of what is missing, too old or no program', () => {
    put('bin/postgres', 'postgres (PostgreSQL) 14.9')
    put('bin/initdb')
    put('bin/chromium', '', 0o644)
    const { tools, missing } = findTools([join(folder, 'bin')])
    expect(missing).toEqual(['postgresql', 'nats-server', 'chromium'])
    expect(isComplete(tools)).toBe(false)
  })
})
