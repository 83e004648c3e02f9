import { en } from './en.ts'

type Catalogue = typeof en
export type MessageKey = keyof Catalogue

const language: Record<MessageKey, string> = en

/** A text in the person's language, with `{name}` replaced by what is given. */
export const t = (key: MessageKey, values: Record<string, string | number> = {}): string =>
  language[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
