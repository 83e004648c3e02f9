import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { importsOf, layersOf, type SourceFile } from './source.ts'
import {
  importsAllowed,
  importsEndInExtension,
  largestFile,
  namesInKebabCase,
  noAmbient,
  noBarrels,
  noCycles,
  noDeadFiles,
  noDefaultExports,
  noEscapes,
  noLargeFiles,
  noMachine,
  noSleeps,
  noUnrunTests,
  type Rule,
  rules,
} from './tidy.ts'

const root = resolve(import.meta.dirname, '..')

/** What git knows or would take in; without git (an unpacked archive) all but what .gitignore names. */
const projectPaths = (): string[] => {
  try {
    const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return [...new Set(listed.split('\0'))].filter(path => path !== '' && existsSync(join(root, path)))
  } catch {
    const ignored = new Set(
      readFileSync(join(root, '.gitignore'), 'utf8')
        .split('\n')
        .map(row => row.replace(/\/$/, '')),
    )
    const walk = (folder: string): string[] =>
      readdirSync(folder, { withFileTypes: true })
        .filter(({ name }) => name !== '.git' && !ignored.has(name))
        .flatMap(entry =>
          entry.isDirectory() ? walk(join(folder, entry.name)) : [relative(root, join(folder, entry.name))],
        )
    return walk(root)
  }
}

const project = (): SourceFile[] =>
  projectPaths()
    .filter(path => statSync(join(root, path)).isFile())
    .map(path => ({ path, bytes: readFileSync(join(root, path)) }))
    .filter(({ bytes }) => !bytes.includes(0))
    .map(({ path, bytes }) => ({ path, text: bytes.toString('utf8') }))

describe('this project', () => {
  const files = project()

  test('is read', () => expect(files.map(file => file.path)).toContain('tools/tidy.ts'))

  test.each(Object.entries(rules))('%s', (_name, rule) => {
    expect(rule(files).map(({ path, line, detail }) => `${path}:${line} ${detail}`)).toEqual([])
  })
})

const found = (rule: Rule, files: Record<string, string>): string[] =>
  rule(Object.entries(files).map(([path, text]) => ({ path, text }))).map(
    ({ path, line, detail }) => `${path}:${line} ${detail}`,
  )

describe('reading modules', () => {
  test.each([
    ["import a from './a.ts'", ['./a.ts']],
    ["import type { A } from './a.ts'", ['./a.ts']],
    ["import { type A,\n  b as c } from './a.ts'", ['./a.ts']],
    ["import * as a from './a.ts'", ['./a.ts']],
    ["import './a.css'", ['./a.css']],
    ["export { a } from './a.ts'", ['./a.ts']],
    ["export type * from './a.ts'", ['./a.ts']],
    ["const a = await import('./a.ts')", ['./a.ts']],
    ["type A = typeof import('./a.ts')", ['./a.ts']],
    ["new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })", ['./worker.ts']],
    ["new URL('./logo.svg', import.meta.url)", []],
    ["new URL('/x.ts', base)", []],
    ["// import a from './a.ts'", []],
    ["/* import a from './a.ts' */ import b from './b.ts'", ['./b.ts']],
    ['const text = "import a from \'./a.ts\'"', []],
    ["const text = `import a from './a.ts' $\u007bf(`$\u007bb}`)} import('./c.ts')`", []],
    ["const half = `$\u007bawait import('./a.ts')}`", ['./a.ts']],
    ["const quote = /['\"`]/\nimport a from './a.ts'", ['./a.ts']],
    ["x = a / b; import('./a.ts') / 2", ['./a.ts']],
    ["const x = 1\nreturn /[/'\"]/.test(y) || import('./a.ts')", ['./a.ts']],
    ["const from = 'x'\nexport const importer = (from) => from", []],
    ["<p>Don't import</p>\nimport a from './a.ts'", ['./a.ts']],
    ['import.meta.dirname', []],
  ])('%j', (text, specifiers) => {
    expect(importsOf({ path: 'x.ts', text }).map(named => named.specifier)).toEqual(specifiers)
  })

  test('layers keep every place', () => {
    const text = "const a = 'b' // c\nconst d = `e $\u007bf} g` /* h\n */"
    const { code, comments } = layersOf(text)
    expect(code).toBe("const a = ' '     \nconst d = `  $\u007bf}  `     \n   ")
    expect(comments).toBe('              // c\n                     /* h\n */')
  })
})

describe('importsAllowed', () => {
  test.each([
    ['src/domain/a.ts', "import { z } from 'zod'", 'domain may not import the package zod'],
    ['src/domain/a.ts', "import { readFileSync } from 'node:fs'", 'domain may not import the package node:fs'],
    ['src/domain/a.ts', "import type { F } from '../contracts/fact.ts'", 'domain may not import src/contracts/fact.ts'],
    ['src/contracts/a.ts', "import { Kysely } from 'kysely'", 'contracts may not import the package kysely'],
    ['src/contracts/a.ts', "import { b } from '../platform/b.ts'", 'contracts may not import src/platform/b.ts'],
    ['src/platform/a.ts', "import { b } from '../domain/b.ts'", 'platform may not import src/domain/b.ts'],
    [
      'src/platform/a.ts',
      "import { b } from '../services/cash/b.ts'",
      'platform may not import src/services/cash/b.ts',
    ],
    ['src/platform/a.ts', "import React from 'react'", 'platform may not import the package react'],
    [
      'src/services/sales/a.ts',
      "import { b } from '../cash/b.ts'",
      'services/sales may not import src/services/cash/b.ts',
    ],
    [
      'src/services/sales/a.ts',
      "import type { B } from '../cash/b.ts'",
      'services/sales may not import src/services/cash/b.ts',
    ],
    [
      'src/services/sales/a.ts',
      "import { b } from '../../platform/driver.ts'",
      'services/sales may not import src/platform/driver.ts',
    ],
    ['src/services/sales/a.ts', "import { v7 } from 'uuid'", 'services/sales may not import the package uuid'],
    [
      'src/services/sales/a.test.ts',
      "import { b } from '../cash/b.ts'",
      'services/sales may not import src/services/cash/b.ts',
    ],
    ['src/sync/a.ts', "import { b } from '../services/sales/b.ts'", 'sync may not import src/services/sales/b.ts'],
    ['src/devices/a.ts', "import { b } from '../platform/b.ts'", 'devices may not import src/platform/b.ts'],
    ['web/till/a.tsx', "import { b } from '../../src/platform/b.ts'", 'web may not import src/platform/b.ts'],
    [
      'web/till/a.tsx',
      "import { b } from '../../src/services/sales/b.ts'",
      'web may not import src/services/sales/b.ts',
    ],
    ['web/till/worker.ts', "import { b } from '../../src/run/b.ts'", 'worker may not import src/run/b.ts'],
    ['web/till/a.ts', "import { b } from './worker/b.ts'", 'web may not import web/till/worker/b.ts'],
    ['src/domain/a.ts', "import { b } from '../run/b.ts'", 'domain may not import src/run/b.ts'],
    ['src/domain/a.ts', "import { b } from '../../test/support/b.ts'", 'domain may not import test/support/b.ts'],
    ['src/domain/a.test.ts', "import { b } from '../run/b.ts'", 'domain may not import src/run/b.ts'],
  ])('%s: %s', (path, text, detail) => {
    const driver = "import { DatabaseSync } from 'node:sqlite'"
    expect(found(importsAllowed, { [path]: text, 'src/platform/driver.ts': driver })).toEqual([`${path}:1 ${detail}`])
  })

  test.each([
    ['src/domain/a.ts', "import { b } from './b.ts'"],
    ['src/domain/a.test.ts', "import fc from 'fast-check'\nimport { test } from 'vitest'\nimport { b } from './b.ts'"],
    ['src/domain/a.test.ts', "import { b } from '../../test/support/b.ts'"],
    ['src/contracts/a.ts', "import { z } from 'zod'\nimport type { B } from '../domain/basket.ts'"],
    ['src/platform/a.ts', "import pg from 'pg'\nimport { b } from '../contracts/b.ts'"],
    ['src/services/sales/a.ts', "import { b } from './b.ts'\nimport { c } from '../../platform/ports.ts'"],
    ['web/till/a.tsx', "import { Button } from '@mantine/core'\nimport { b } from '../../src/domain/b.ts'"],
    ['web/till/worker.ts', "import { b } from '../../src/services/sales/b.ts'"],
    ['web/till/a.ts', "new Worker(new URL('./worker/b.ts', import.meta.url))"],
    ['src/run/a.ts', "import { b } from '../services/sales/b.ts'\nimport x from 'anything'"],
    ['vite.config.ts', "import react from '@vitejs/plugin-react'"],
  ])('allows %s: %s', (path, text) => expect(found(importsAllowed, { [path]: text })).toEqual([]))
})

describe('a name of its own, from package.json', () => {
  const files = {
    'package.json': JSON.stringify({
      imports: {
        '#digest': { node: './src/platform/on-node.ts', default: { worker: './src/platform/elsewhere.ts' } },
        '#name': './src/domain/name.ts',
        '#package': 'anything',
      },
    }),
    'src/platform/on-node.ts': "import { hash } from 'node:crypto'",
    'src/platform/elsewhere.ts': '',
    'src/domain/name.ts': '',
  }
  const withFile = (path: string, text: string) => ({ ...files, [path]: text })

  test('may be imported where each file that it stands for may', () => {
    expect(found(importsAllowed, withFile('src/platform/a.ts', "import { a } from '#digest'"))).toEqual([])
    expect(found(importsAllowed, withFile('src/services/cash/a.ts', "import { a } from '#name'"))).toEqual([])
    expect(found(importsAllowed, withFile('src/services/cash/a.ts', "import { a } from '#digest'"))).toEqual([
      'src/services/cash/a.ts:1 services/cash may not import src/platform/on-node.ts',
    ])
    expect(found(importsAllowed, withFile('src/contracts/a.ts', "import { a } from '#digest'"))).toEqual([
      'src/contracts/a.ts:1 contracts may not import src/platform/on-node.ts',
      'src/contracts/a.ts:1 contracts may not import src/platform/elsewhere.ts',
    ])
    for (const name of ['#package', '#missing']) {
      expect(found(importsAllowed, withFile('src/domain/a.ts', `import { a } from '${name}'`))).toEqual([
        `src/domain/a.ts:1 domain may not import the package ${name}`,
      ])
    }
  })

  test('keeps alive, and closes cycles through, every file that it stands for', () => {
    const dead = (text: string): string[] =>
      found(noDeadFiles, withFile('src/run/a.ts', text)).map(row => row.split(':')[0]!)
    expect(dead("import { a } from '#digest'")).toEqual(['src/domain/name.ts'])
    expect(dead("import { a } from '#name'")).toEqual(['src/platform/on-node.ts', 'src/platform/elsewhere.ts'])
    expect(found(noCycles, withFile('src/platform/elsewhere.ts', "import { a } from '#digest'"))).toEqual([
      'src/platform/elsewhere.ts:1 src/platform/elsewhere.ts -> src/platform/elsewhere.ts',
    ])
  })
})

test('noCycles', () => {
  const cycle = {
    'src/a.ts': "import './b.ts'",
    'src/b.ts': "import type { C } from './c.ts'",
    'src/c.ts': "import './a.ts'",
  }
  expect(found(noCycles, cycle)).toEqual(['src/a.ts:1 src/a.ts -> src/b.ts -> src/c.ts -> src/a.ts'])
  expect(found(noCycles, { 'src/a.ts': "import './a.ts'" })).toEqual(['src/a.ts:1 src/a.ts -> src/a.ts'])
  expect(found(noCycles, { ...cycle, 'src/c.ts': '', 'src/d.ts': "import './b.ts'\nimport './c.ts'" })).toEqual([])
})

test('noDeadFiles', () => {
  const files = {
    'src/run/shop.ts': "import '../domain/used.ts'\nnew Worker(new URL('./part/started.ts', import.meta.url))",
    'src/run/part/started.ts': '',
    'src/run/part/dead.ts': '',
    'src/domain/used.ts': "import type { A } from './types.ts'",
    'src/domain/types.ts': '',
    'src/domain/dead.ts': '',
    'src/domain/dead.test.ts': "import './dead.ts'",
    'src/domain/benched.ts': '',
    'bench/sale.ts': "import '../src/domain/benched.ts'",
    'web/till.html': '<script type="module" src="/till/start.tsx"></script>',
    'web/till/start.tsx': "import './view.tsx'",
    'web/till/view.tsx': '',
    'web/till/dead.tsx': '',
  }
  expect(found(noDeadFiles, files).map(row => row.split(':')[0])).toEqual([
    'src/run/part/dead.ts',
    'src/domain/dead.ts',
    'web/till/dead.tsx',
  ])
})

test.each([
  ['const at = Date.now()', 1],
  ['const at = new Date()', 1],
  ['const at = new Date', 1],
  ['const at = Date()', 1],
  ['const at = performance.now()', 1],
  ['const id = crypto.randomUUID()', 1],
  ['crypto.getRandomValues(bytes)', 1],
  ['const lucky = Math.random()', 1],
  ['setTimeout(later, 10)', 1],
  ['setInterval(later, 10)', 1],
  ['const home = process.env.HOME', 1],
  ['const at = new Date(atMs)', 0],
  ["const at = new Date('2026-11-24')", 0],
  ['// Date.now() is not for here', 0],
  ["const text = 'Date.now()'", 0],
  ['const toDate = (atMs: number) => inputDate(atMs)', 0],
])('noAmbient: %s', (text, count) => {
  for (const path of ['src/domain/a.ts', 'src/contracts/a.ts', 'src/services/sales/a.ts']) {
    expect(found(noAmbient, { [path]: text })).toHaveLength(count)
  }
  expect(found(noAmbient, { 'src/platform/a.ts': text, 'src/domain/a.test.ts': text })).toEqual([])
})

test.each([
  ['await new Promise(done => setTimeout(done, 100))', 1],
  ["import { setTimeout } from 'node:timers/promises'", 2],
  ['await page.waitForTimeout(500)', 1],
  ["test('setTimeout is not used', () => {})", 0],
])('noSleeps: %s', (text, count) => {
  expect(found(noSleeps, { 'src/domain/a.test.ts': text })).toHaveLength(count)
  expect(found(noSleeps, { 'test/support/a.ts': text })).toHaveLength(count)
  expect(found(noSleeps, { 'src/platform/a.ts': text })).toEqual([])
})

test('noBarrels', () => {
  expect(found(noBarrels, { 'src/domain/index.ts': '', 'web/index.tsx': '' })).toHaveLength(2)
  expect(found(noBarrels, { 'src/domain/all.ts': "export * from './money.ts'" })).toHaveLength(1)
  expect(found(noBarrels, { 'web/index.html': '', 'src/domain/index-card.ts': 'export const a = 1' })).toEqual([])
})

test('noDefaultExports', () => {
  expect(found(noDefaultExports, { 'src/a.ts': 'const a = 1\nexport default a' })).toEqual([
    'src/a.ts:2 give it a name',
  ])
  expect(found(noDefaultExports, { 'src/a.ts': 'export { a as default }' })).toHaveLength(1)
  expect(found(noDefaultExports, { 'vite.config.ts': 'export default {}', 'src/a.ts': 'export const a = 1' })).toEqual(
    [],
  )
})

test('importsEndInExtension', () => {
  expect(
    found(importsEndInExtension, { 'src/a.ts': "import './b'\nimport './c.js'\nimport './d.ts'\nimport 'e'" }),
  ).toEqual(['src/a.ts:1 ./b has no extension', 'src/a.ts:2 ./c.js has no extension'])
})

test('noLargeFiles', () => {
  expect(found(noLargeFiles, { 'src/a.ts': 'x\n'.repeat(largestFile) })).toEqual([])
  expect(found(noLargeFiles, { 'src/a.ts': 'x\n'.repeat(largestFile + 1) })).toHaveLength(1)
})

test('namesInKebabCase', () => {
  const bad = ['src/Sale.ts', 'src/price_list.ts', 'web/TillView.tsx', 'src/priceList.test.ts']
  const good = ['src/sale.ts', 'src/price-list.test.ts', 'vitest.browser.config.ts', 'web/till-view.tsx', 'README.md']
  expect(found(namesInKebabCase, Object.fromEntries(bad.map(path => [path, ''])))).toHaveLength(bad.length)
  expect(found(namesInKebabCase, Object.fromEntries(good.map(path => [path, ''])))).toEqual([])
})

test.each([
  ['const a: any = 1', 1],
  ['const a = b as any', 1],
  ['const a: Map<string, any> = b', 1],
  ['type F = (a: string) => any', 1],
  ['const a = b as unknown as C', 1],
  ['// @ts-ignore\nconst a = 1', 1],
  ['// @ts-expect-error\nconst a = 1', 1],
  [`// ${'biome'}-ignore lint: because\nconst a = 1`, 1],
  [`// ${'TO'}DO later`, 1],
  ['expect.any(String)', 0],
  ['const many: Company = any.thing', 0],
  ["const text = 'as any'", 0],
  ['const a = b as unknown', 0],
])('noEscapes: %s', (text, count) => expect(found(noEscapes, { 'src/a.ts': text })).toHaveLength(count))

test.each([
  ["test.only('a', f)", 1],
  ["describe.skip('a', f)", 1],
  ["it.concurrent.skip.each(rows)('a', f)", 1],
  ["test.todo('a')", 1],
  ["xit('a', f)", 1],
  ["test('a', f)", 0],
  ['rows.skip(1)', 0],
])('noUnrunTests: %s', (text, count) => expect(found(noUnrunTests, { 'src/a.test.ts': text })).toHaveLength(count))

test('noMachine', () => {
  const path = (name: string): string => ['', name, 'main', 'data.json'].join('/')
  const bad = ['work', 'root', 'farm'].map(name => `read it from ${path(name)}`)
  for (const text of bad) expect(found(noMachine, { 'docs/a.md': text })).toHaveLength(1)
  expect(found(noMachine, { 'docs/a.md': `our team${path('work')}, https://example.com${path('root')}` })).toEqual([])
  expect(found(noMachine, { 'package-lock.json': '{\n"resolved": "https://example.com/a.tgz"\n}' })).toHaveLength(1)
  expect(found(noMachine, { 'package-lock.json': '{ "integrity": "sha512-x" }' })).toEqual([])
  expect(found(noMachine, { '.npmrc': 'registry=https://example.com' })).toHaveLength(1)
  expect(found(noMachine, { '.npmrc': 'omit-lockfile-registry-resolved=true' })).toEqual([])
})
