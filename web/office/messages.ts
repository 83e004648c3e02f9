import { en } from './en.ts'

type Catalogue = typeof en
export type OfficeKey = keyof Catalogue

const language: Record<OfficeKey, string> = en

/** A text of the office in the person's language, with `{name}` replaced by what is given. */
export const o = (key: OfficeKey, values: Record<string, string | number> = {}): string =>
  language[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
