import { posix } from 'node:path'

export type SourceFile = { path: string; text: string }

/** A module's text in three layers of the same length, so that a place in one is the same place in the others. */
export type Layers = {
  /** Without comments and without what stands in strings, templates and regular expressions. Quotes stay. */
  code: string
  /** Comments only. */
  comments: string
}

const regexMayFollow = /(?:^|[(,=:[!&|?{};+\-*%~^>]|\b(?:return|typeof|case|in|of|void|throw|yield|await|do|else))$/

/**
 * Splits TypeScript into code and comments without parsing it. Text between JSX tags is taken for code; an apostrophe in
 * it at worst hides the rest of its line, because a quoted string ends with its line.
 */
export const layersOf = (text: string): Layers => {
  const code = text.split('')
  const comments: string[] = text.split('').map(character => (character === '\n' ? '\n' : ' '))
  const blank = (from: number, to: number): void => {
    for (let at = from; at < to; at++) if (code[at] !== '\n') code[at] = ' '
  }
  const braces: ('block' | 'template')[] = []
  let at = 0
  let significant = ''

  const template = (from: number): number => {
    let end = from
    while (end < text.length && text[end] !== '`') {
      if (text.startsWith('${', end)) {
        braces.push('template')
        blank(from, end)
        return end + 2
      }
      end += text[end] === '\\' ? 2 : 1
    }
    blank(from, end)
    significant = 'x'
    return end + 1
  }

  while (at < text.length) {
    const character = text.charAt(at)
    if (text.startsWith('//', at) || text.startsWith('/*', at)) {
      const close = text[at + 1] === '/' ? text.indexOf('\n', at) : text.indexOf('*/', at + 2) + 2
      const end = close < 2 ? text.length : close
      for (let place = at; place < end; place++) comments[place] = text.charAt(place)
      blank(at, end)
      at = end
    } else if (character === "'" || character === '"') {
      let end = at + 1
      while (end < text.length && text[end] !== character && text[end] !== '\n') end += text[end] === '\\' ? 2 : 1
      blank(at + 1, end)
      significant = 'x'
      at = end + 1
    } else if (character === '`') {
      at = template(at + 1)
    } else if (character === '{') {
      braces.push('block')
      significant = '{'
      at++
    } else if (character === '}') {
      significant = '}'
      at = braces.pop() === 'template' ? template(at + 1) : at + 1
    } else if (character === '/' && text[at + 1] !== '>' && regexMayFollow.test(significant.trimEnd())) {
      const literal = /^\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/.exec(text.slice(at))
      if (literal) blank(at + 1, at + literal[0].length)
      significant = literal ? 'x' : '/'
      at += literal ? literal[0].length : 1
    } else {
      if (character.trim() === '') significant = `${significant.trimEnd()} `
      else significant = /\w/.test(character) && /\w$/.test(significant) ? significant + character : character
      at++
    }
  }
  return { code: code.join(''), comments: comments.join('') }
}

/** `url`: a module named by `new URL('…', import.meta.url)`, which is how workers and child processes are started. */
export type Import = { specifier: string; kind: 'static' | 'dynamic' | 'url'; line: number }

const importForms: { kind: Import['kind']; pattern: RegExp }[] = [
  { kind: 'static', pattern: /\b(?:import|export)\b(?![.(])[\s\w$*{},]*?\bfrom\s*(?=['"])/g },
  { kind: 'static', pattern: /\bimport\s*(?=['"])/g },
  { kind: 'dynamic', pattern: /\bimport\s*\(\s*(?=['"`])/g },
  { kind: 'url', pattern: /\bnew\s+URL\s*\(\s*(?=['"`])/g },
]

export const lineOf = (text: string, at: number): number => text.slice(0, at).split('\n').length

/** Every module that a module names: imports, re-exports, dynamic imports and worker URLs; type imports count. */
export const importsOf = (file: SourceFile): Import[] => {
  const { code } = layersOf(file.text)
  return importForms.flatMap(({ kind, pattern }) =>
    Array.from(code.matchAll(pattern), match => {
      const start = match.index + match[0].length + 1
      const quote = code.charAt(start - 1)
      const end = code.indexOf(quote, start)
      const specifier = file.text.slice(start, end)
      const isModule =
        kind !== 'url' || (/^\s*,\s*import\.meta\.url/.test(code.slice(end + 1)) && /\.tsx?$/.test(specifier))
      return isModule ? [{ specifier, kind, line: lineOf(file.text, start) }] : []
    }).flat(),
  )
}

/** The path that a relative specifier means, from the root of the project; undefined for a package. */
const resolveRelative = (from: string, specifier: string): string | undefined =>
  specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier.replace(/\?.*$/, '')) : undefined

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** The files that each `#name` may stand for: `imports` of package.json has one for each condition. */
const privateNames = (files: readonly SourceFile[]): Map<string, string[]> => {
  const settings: unknown = JSON.parse(files.find(file => file.path === 'package.json')?.text ?? '{}')
  const imports = isRecord(settings) && isRecord(settings.imports) ? settings.imports : {}
  const pathsIn = (target: unknown): string[] => {
    if (typeof target === 'string') return target.startsWith('./') ? [posix.normalize(target)] : []
    return isRecord(target) ? Object.values(target).flatMap(pathsIn) : []
  }
  return new Map(Object.entries(imports).map(([name, target]) => [name, pathsIn(target)]))
}

/** What a specifier of a file means: paths from the root of the project, more than one for a `#name`; none for a package. */
export const resolverOf = (files: readonly SourceFile[]): ((from: string, specifier: string) => readonly string[]) => {
  const names = privateNames(files)
  return (from, specifier) => {
    const relative = resolveRelative(from, specifier)
    return relative === undefined ? (names.get(specifier) ?? []) : [relative]
  }
}

/** `@scope/name` of `@scope/name/part`, `name` of `name/part`; `node:fs` of `node:fs/promises`. */
export const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')

export const isSource = (path: string): boolean => /\.tsx?$/.test(path)
export const isTest = (path: string): boolean => /\.test\.tsx?$/.test(path)
