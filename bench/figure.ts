/** What is claimed of one figure, in words and as a check. */
export type Target = { text: string; isMet(measured: { value: number; ratio: number | null }): boolean }

export const atLeast = (least: number): Target => ({ text: `≥ ${least}`, isMet: ({ value }) => value >= least })
export const atMost = (most: number): Target => ({ text: `≤ ${most}`, isMet: ({ value }) => value <= most })
export const below = (limit: number): Target => ({ text: `< ${limit}`, isMet: ({ value }) => value < limit })
export const ratioAtLeast = (least: number): Target => ({
  text: `ratio ≥ ${least}`,
  isMet: ({ ratio }) => ratio !== null && ratio >= least,
})

/** One measured figure. `bare`: the same work on the engine alone, measured in the same run; `ratio`: value to bare. */
export type Figure = {
  name: string
  value: number
  unit: string
  target: string | null
  ok: boolean | null
  bare: number | null
  ratio: number | null
  /** How it was measured: samples, spread, what stands beside it. */
  note: string
}

/** Three digits that say something: more would be noise. */
const rounded = (value: number): number => (Math.abs(value) >= 1_000 ? Math.round(value) : Number(value.toPrecision(3)))

export const figure = (measured: {
  name: string
  value: number
  unit: string
  target?: Target
  bare?: number
  note: string
}): Figure => {
  const { name, value, unit, target, bare, note } = measured
  const ratio = bare === undefined ? null : value / bare
  return {
    name,
    value: rounded(value),
    unit,
    target: target?.text ?? null,
    ok: target?.isMet({ value, ratio }) ?? null,
    bare: bare === undefined ? null : rounded(bare),
    ratio: ratio === null ? null : rounded(ratio),
    note,
  }
}

/** What a run may do. `folder`: where databases are put; what is made there is taken away again. */
export type RunOptions = { full: boolean; folder: string; say(text: string): void }

/** Figures that are measured together. `names` are those that `run` answers, so that one can be asked for. */
export type FigureGroup = { names: readonly string[]; run(options: RunOptions): Promise<Figure[]> }

const numberText = (value: number | null): string => (value === null ? '' : value.toLocaleString('en-GB'))
const okText = (ok: boolean | null): string => (ok === null ? '' : ok ? 'yes' : 'NO')

export const figureColumns = ['name', 'value', 'unit', 'target', 'ok', 'bare', 'ratio'] as const

/** The cells of a figure as they stand in the table, in the order of `figureColumns`. */
export const figureCells = (each: Figure): string[] => [
  each.name,
  numberText(each.value),
  each.unit,
  each.target ?? '',
  okText(each.ok),
  numberText(each.bare),
  numberText(each.ratio),
]

/** Figures as a table of text, how each was measured below it. */
export const figureTable = (figures: readonly Figure[]): string => {
  const rows = [[...figureColumns], ...figures.map(figureCells)]
  const widths = figureColumns.map((_, column) => Math.max(...rows.map(row => row[column]!.length)))
  const isNumber = (column: number) => ['value', 'bare', 'ratio'].includes(figureColumns[column]!)
  const lines = rows.map(row =>
    row
      .map((cell, column) => (isNumber(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
      .join('  ')
      .trimEnd(),
  )
  const notes = figures.map(({ name, note }) => `${name}: ${note}`)
  return [lines[0], widths.map(width => '-'.repeat(width)).join('  '), ...lines.slice(1), '', ...notes].join('\n')
}
