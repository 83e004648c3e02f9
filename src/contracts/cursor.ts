import type { z } from 'zod'

/** A place in a list, as opaque text for a client to send back: base64url of the keys that the list is ordered by. */
export const cursorOf = (keys: ReadonlyArray<string | number>): string => {
  const bytes = new TextEncoder().encode(JSON.stringify(keys))
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '')
}

/** The keys of a place, or undefined where the text is not a cursor of this list. */
export const placeOf = <Keys extends z.ZodType>(cursor: string | undefined, keys: Keys): z.infer<Keys> | undefined => {
  if (cursor === undefined) return undefined
  try {
    const bytes = Uint8Array.from(atob(cursor.replaceAll('-', '+').replaceAll('_', '/')), letter =>
      letter.charCodeAt(0),
    )
    const parsed = keys.safeParse(JSON.parse(new TextDecoder().decode(bytes)))
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined
  }
}

/** Rows that were read one beyond the limit, as a page: what is beyond tells that there is more. */
export const pageOf = <Row, Shown>(
  rows: readonly Row[],
  limit: number,
  keysOf: (row: Row) => ReadonlyArray<string | number>,
  show: (row: Row) => Shown,
): { rows: Shown[]; next: string | null } => {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return { rows: shown.map(show), next: rows.length > limit && last !== undefined ? cursorOf(keysOf(last)) : null }
}
