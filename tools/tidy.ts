import { posix } from 'node:path'
import {
  type Import,
  importsOf,
  isSource,
  isTest,
  layersOf,
  lineOf,
  packageOf,
  resolverOf,
  type SourceFile,
} from './source.ts'

/** One thing that is not tidy. */
export type Finding = { rule: string; path: string; line: number; detail: string }
export type Rule = (files: readonly SourceFile[]) => Finding[]

type Room = { rooms: readonly string[]; packages: readonly string[] }

const drivers = [
  'node:',
  'pg',
  'undici',
  'pino',
  'prom-client',
  'uuid',
  'swagger-ui-dist',
  '@hono/node-server',
  '@nats-io/',
  '@opentelemetry/',
  '@sqlite.org/sqlite-wasm',
  '@noble/hashes',
  'hash-wasm',
  'pkijs',
  'asn1js',
]
/** What runs anywhere and reaches nothing outside the process. */
const portable = ['zod', 'kysely', 'hono', 'canonicalize', 'ipaddr.js', 'http-message-sig']
const screen = [
  'react',
  'react-dom',
  'uuid',
  'uqr',
  'recharts',
  'uplot',
  'zod',
  '@mantine/',
  '@tanstack/',
  '@tabler/',
  '@fontsource-variable/',
]
const platform: Room = { rooms: ['platform', 'contracts'], packages: [...drivers, ...portable] }

/**
 * Who may import whom, as in the table of ARCHITECTURE.md. A room that is not here (run, test, bench, tools and the
 * settings at the root) may import anything. `platform's ports` are the files of the platform that import no driver.
 */
export const allowlist: Record<string, Room> = {
  domain: { rooms: ['domain'], packages: [] },
  contracts: { rooms: ['contracts', 'domain'], packages: ['zod'] },
  platform,
  services: {
    rooms: ['domain', 'contracts', "platform's ports"],
    packages: [...portable, 'csv-parse', 'standardwebhooks'],
  },
  sync: { rooms: ['sync', 'domain', 'contracts', "platform's ports"], packages: portable },
  devices: { rooms: ['devices', 'domain', 'contracts'], packages: ['node:', 'iconv-lite', '@point-of-sale/'] },
  web: { rooms: ['web', 'domain', 'contracts', 'devices'], packages: screen },
  worker: {
    rooms: ['worker', 'web', 'domain', 'contracts', 'devices', 'platform', 'services', 'sync'],
    packages: [...screen, ...portable, 'idb', '@sqlite.org/sqlite-wasm'],
  },
}

/** The room of a file: `services/sales`, `worker` for what runs in the till's worker, or the name of its folder. */
export const roomOf = (path: string): string => {
  const [top = '', second = '', third = ''] = path.split('/')
  if (top === 'src') return second === 'services' ? `services/${third}` : second
  if (top === 'web') return /\bworker\b/.test(path) ? 'worker' : 'web'
  return path.includes('/') ? top : 'settings'
}

const mayUse = (packages: readonly string[], specifier: string): boolean =>
  packages.some(name => (/[:/]$/.test(name) ? specifier.startsWith(name) : packageOf(specifier) === name))

const modules = (files: readonly SourceFile[]): SourceFile[] => files.filter(file => isSource(file.path))

/** The allowlist. A test beside the code may use what its room may, what stands in test/, and the tools of testing. */
export const importsAllowed: Rule = files => {
  const drives = new Set(
    modules(files)
      .filter(file => roomOf(file.path) === 'platform')
      .filter(file => importsOf(file).some(({ specifier }) => mayUse(drivers, specifier)))
      .map(file => file.path),
  )
  const resolve = resolverOf(files)
  return modules(files).flatMap(file => {
    const room = roomOf(file.path)
    const kind = room.split('/')[0] ?? ''
    const allowed = allowlist[kind]
    if (!allowed) return []
    const test = isTest(file.path)
    return importsOf(file).flatMap(({ specifier, kind: form, line }) => {
      const targets = resolve(file.path, specifier)
      if (targets.length === 0) {
        const fine = mayUse(test ? [...allowed.packages, 'vitest', 'fast-check', 'node:'] : allowed.packages, specifier)
        return fine
          ? []
          : [{ rule: 'import', path: file.path, line, detail: `${room} may not import the package ${specifier}` }]
      }
      return targets.flatMap(target => {
        const targetRoom = roomOf(target)
        const targetKind = targetRoom.split('/')[0] ?? ''
        const isPort = targetRoom === 'platform' && !drives.has(target)
        const fine =
          targetRoom === room ||
          (test && targetRoom === 'test') ||
          // A page starts its worker, and shares nothing with it but messages.
          (form === 'url' && room === 'web' && targetRoom === 'worker') ||
          allowed.rooms.includes(targetKind) ||
          (isPort && allowed.rooms.includes("platform's ports"))
        return fine ? [] : [{ rule: 'import', path: file.path, line, detail: `${room} may not import ${target}` }]
      })
    })
  })
}

const edgesOf = (files: readonly SourceFile[], counts: (named: Import) => boolean): Map<string, string[]> => {
  const resolve = resolverOf(files)
  return new Map(
    modules(files).map(file => [
      file.path,
      importsOf(file)
        .filter(counts)
        .flatMap(({ specifier }) => resolve(file.path, specifier)),
    ]),
  )
}

/** Cycles of imports, types included, each told once. A worker's URL starts a process and is no cycle. */
export const noCycles: Rule = files => {
  const edges = edgesOf(files, ({ kind }) => kind !== 'url')
  const findings: Finding[] = []
  const done = new Set<string>()
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path)
    if (start >= 0) {
      findings.push({ rule: 'cycle', path, line: 1, detail: [...trail.slice(start), path].join(' -> ') })
      return
    }
    if (done.has(path)) return
    for (const next of edges.get(path) ?? []) visit(next, [...trail, path])
    done.add(path)
  }
  for (const path of [...edges.keys()].sort()) visit(path, [])
  return findings
}

const isEntry = (path: string): boolean =>
  /^(?:src\/run\/[^/]+\.ts|web\/(?:.*\/)?main\.tsx?|(?:test|bench|tools)\/.+|[^/]+\.config\.ts)$/.test(path) &&
  !(isTest(path) && path.startsWith('src/'))

/** Files in src and web that nothing reaches from an entry: tests beside the code keep nothing alive. */
export const noDeadFiles: Rule = files => {
  const edges = edgesOf(files, () => true)
  const scripts = files
    .filter(file => /^web\/.*\.html$/.test(file.path))
    .flatMap(file =>
      Array.from(file.text.matchAll(/<script[^>]*\ssrc=["']([^"']+)["']/g), ([, source = '']) =>
        posix.join(posix.dirname(file.path), source),
      ),
    )
  const waiting = [...[...edges.keys()].filter(isEntry), ...scripts]
  const reached = new Set<string>()
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (reached.has(path)) continue
    reached.add(path)
    waiting.push(...(edges.get(path) ?? []))
  }
  return [...edges.keys()]
    .filter(path => /^(?:src|web)\//.test(path) && !isTest(path) && !path.endsWith('.d.ts') && !reached.has(path))
    .map(path => ({ rule: 'dead-file', path, line: 1, detail: 'no entry reaches this file' }))
}

/** Every place where a pattern stands in a layer of the files that `applies` picks. */
const search = (
  files: readonly SourceFile[],
  rule: string,
  layer: 'code' | 'comments' | 'text',
  applies: (path: string) => boolean,
  patterns: readonly (readonly [RegExp, string])[],
): Finding[] =>
  files
    .filter(file => applies(file.path))
    .flatMap(file => {
      const searched = layer === 'text' ? file.text : layersOf(file.text)[layer]
      return patterns.flatMap(([pattern, detail]) =>
        Array.from(searched.matchAll(pattern), match => ({
          rule,
          path: file.path,
          line: lineOf(file.text, match.index),
          detail,
        })),
      )
    })

const isPure = (path: string): boolean =>
  isSource(path) && !isTest(path) && /^src\/(?:domain|contracts|services)\//.test(path)

/** Time, randomness and ids come in through ports, so that a day can be replayed from a seed. */
export const noAmbient: Rule = files =>
  search(files, 'ambient', 'code', isPure, [
    [/\bDate\.now\b/g, 'reads the clock'],
    [/\bnew\s+Date\b(?!\s*\(\s*[^)\s])/g, 'reads the clock'],
    [/(?<!new\s+)(?<![\w.])Date\(/g, 'reads the clock'],
    [/\bTemporal\.Now\b/g, 'reads the clock'],
    [/\bperformance\.now\b/g, 'reads the clock'],
    [/\bprocess\.\w+/g, 'reads the process'],
    [/\bMath\.random\b/g, 'is random'],
    [/\b(?:randomUUID|getRandomValues|randomBytes|randomInt)\b/g, 'is random'],
    [/\b(?:setTimeout|setInterval|setImmediate)\b/g, 'waits'],
  ])

export const noSleeps: Rule = files => [
  ...search(files, 'sleep', 'code', path => isSource(path) && (isTest(path) || path.startsWith('test/')), [
    [/\b(?:setTimeout|setInterval|waitForTimeout|Atomics\.wait)\b/g, 'a test may not sleep'],
  ]),
  ...modules(files)
    .filter(file => isTest(file.path) || file.path.startsWith('test/'))
    .flatMap(file => importsOf(file).map(named => ({ ...named, path: file.path })))
    .filter(({ specifier }) => /^(?:node:)?timers\/promises$/.test(specifier))
    .map(({ path, line }) => ({ rule: 'sleep', path, line, detail: 'a test may not sleep' })),
]

export const noBarrels: Rule = files => [
  ...modules(files)
    .filter(file => /(?:^|\/)index\.tsx?$/.test(file.path))
    .map(file => ({ rule: 'barrel', path: file.path, line: 1, detail: 'name the file after what is in it' })),
  ...search(files, 'barrel', 'code', isSource, [[/\bexport\s*\*/g, 'import from the file that has it']]),
]

/** Settings of Vite and Vitest must be default exports; nothing else is. */
export const noDefaultExports: Rule = files =>
  search(files, 'default-export', 'code', path => isSource(path) && !/^[^/]+\.config\.ts$/.test(path), [
    [/\bexport\s+default\b/g, 'give it a name'],
    [/\bas\s+default\b/g, 'give it a name'],
  ])

export const importsEndInExtension: Rule = files =>
  modules(files).flatMap(file =>
    importsOf(file)
      .filter(({ specifier }) => specifier.startsWith('.') && !/\.(?:tsx?|css|json|svg)(?:\?\w+)?$/.test(specifier))
      .map(({ specifier, line }) => ({
        rule: 'extension',
        path: file.path,
        line,
        detail: `${specifier} has no extension`,
      })),
  )

export const largestFile = 450

export const noLargeFiles: Rule = files =>
  modules(files)
    .map(file => ({ path: file.path, lines: file.text.replace(/\n$/, '').split('\n').length }))
    .filter(({ lines }) => lines > largestFile)
    .map(({ path, lines }) => ({
      rule: 'size',
      path,
      line: largestFile,
      detail: `${lines} lines; split it by what it is about`,
    }))

export const namesInKebabCase: Rule = files =>
  modules(files)
    .filter(file => !/^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z]+)*\.tsx?$/.test(posix.basename(file.path)))
    .map(file => ({ rule: 'name', path: file.path, line: 1, detail: 'file names are kebab-case' }))

/** Ways around the type checker and the linter. */
export const noEscapes: Rule = files => [
  ...search(files, 'escape', 'code', isSource, [
    [
      /(?:[:<,|&[=(]\s*|=>\s*|\bas\s+|\bextends\s+|\bsatisfies\s+)any\b(?!\s*[:(.]|\s+of\b)/g,
      'say what it is instead of any',
    ],
    [/\bas\s+unknown\s+as\b/g, 'a cast around the type checker'],
  ]),
  ...search(files, 'escape', 'comments', isSource, [
    [/@ts-(?:ignore|expect-error|nocheck)/g, 'a comment that silences the type checker'],
    [/biome-ignore/g, 'a comment that silences the linter'],
    [/\b(?:TODO|FIXME|XXX)\b/g, 'do it, or leave it out'],
  ]),
]

export const noUnrunTests: Rule = files =>
  search(files, 'unrun-test', 'code', path => isSource(path) && (isTest(path) || path.startsWith('test/')), [
    [/\b(?:test|it|describe|suite|bench)(?:\.\w+)*\.(?:only|skip|todo)\b/g, 'every test runs'],
    [/\b(?:xit|xtest|xdescribe|fit|fdescribe)\s*\(/g, 'every test runs'],
  ])

/** Nothing here depends on the machine that it was written on, or on where its packages came from. */
export const noMachine: Rule = files => [
  ...search(files, 'machine', 'text', () => true, [[/(?<![\w.~-])\/(?:work|root|farm)\//g, 'a path of one machine']]),
  ...search(files, 'machine', 'text', path => /(?:^|\/)package-lock\.json$/.test(path), [
    [/"resolved":\s*"[a-z+]+:/g, 'an address of a registry'],
  ]),
  ...search(files, 'machine', 'text', path => /(?:^|\/)\.npmrc$/.test(path), [
    [/^[^#;\n]*registry\s*=/gm, 'an address of a registry'],
  ]),
]

export const rules: Record<string, Rule> = {
  importsAllowed,
  noCycles,
  noDeadFiles,
  noAmbient,
  noSleeps,
  noBarrels,
  noDefaultExports,
  importsEndInExtension,
  noLargeFiles,
  namesInKebabCase,
  noEscapes,
  noUnrunTests,
  noMachine,
}
