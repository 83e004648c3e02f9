import { type Fact, fact as factSchema } from '../../contracts/fact.ts'
import { sha256 } from '../canonical.ts'
import type { Reader } from '../database/database.ts'
import { genesis } from './journal.ts'
import type { JournalTables } from './tables.ts'

export type Damage = { position: number; what: 'gap' | 'unreadable' | 'hash' | 'link' | 'seq' | 'columns' }
export type Verification = { facts: number; head: string; damages: Damage[] }

/**
 * Reads the whole journal and checks that positions and sequences have no gap, that each text is readable, has its hash and
 * links to the fact before it of its node, and that the columns repeat what the text says. Of what came from above only a part is
 * here, and older facts follow where they concern this node from then on, so there sequences have gaps and need not rise. Lists
 * the first hundred damages.
 */
export const verifyJournal = async (
  db: Reader,
  progress: (position: number) => void = () => {},
): Promise<Verification> => {
  const damages: Damage[] = []
  const report = (position: number, what: Damage['what']) => {
    if (damages.length < 100) damages.push({ position, what })
  }
  const tips = new Map<string, { seq: number; hash: string }>()
  let position = 0
  let facts = 0
  let head = genesis
  for (;;) {
    const rows = await db
      .tables<JournalTables>()
      .selectFrom('journal')
      .selectAll()
      .where('position', '>', position)
      .orderBy('position')
      .limit(2_000)
      .execute()
    if (rows.length === 0) break
    for (const row of rows) {
      if (row.position !== position + 1) report(row.position, 'gap')
      position = row.position
      facts += 1
      head = row.hash
      if (sha256(row.text) !== row.hash) report(position, 'hash')
      const parsed = parseFact(row.text)
      if (!parsed) {
        report(position, 'unreadable')
        continue
      }
      if (
        parsed.id !== row.id ||
        parsed.type !== row.type ||
        parsed.node !== row.node ||
        parsed.epoch !== row.epoch ||
        parsed.seq !== row.seq ||
        (parsed.cause ?? null) !== row.cause
      ) {
        report(position, 'columns')
      }
      const key = `${parsed.node}/${parsed.epoch}`
      const before = tips.get(key) ?? { seq: 0, hash: genesis }
      const isWhole = row.from_above === 0
      if (isWhole && parsed.seq !== before.seq + 1) report(position, 'seq')
      if (isWhole && parsed.prev !== before.hash) report(position, 'link')
      tips.set(key, { seq: parsed.seq, hash: row.hash })
    }
    progress(position)
  }
  return { facts, head, damages }
}

const parseFact = (text: string): Fact | undefined => {
  try {
    const parsed = factSchema.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined
  }
}
