import { en } from './en.ts'

type DemoKey = keyof typeof en

const language: Record<DemoKey, string> = en

/** A text of this page, with `{name}` replaced by what is given. */
export const d = (key: DemoKey, values: Record<string, string | number> = {}): string =>
  language[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
