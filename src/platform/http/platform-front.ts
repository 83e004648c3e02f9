import type { RecordedFact } from '../../contracts/fact.ts'
import type { Effect } from '../../contracts/platform.ts'
import type { Progress } from '../host/projector.ts'
import type { RebuiltTable } from '../host/rebuild.ts'
import type { Front, QueryContext, RawContext, Refusal } from '../host/service.ts'
import { factById, factsCausedBy, readFacts } from '../journal/journal.ts'
import type { JournalTables } from '../journal/tables.ts'
import type { Feed } from './live.ts'
import { liveResponse } from './live.ts'

/** What the process that answers requests knows of the journal. */
export type JournalState = {
  fronts: readonly Front[]
  feed: Feed
  head(): number
  progress(): readonly Progress[]
  rebuild(): Promise<RebuiltTable[]>
}

/** When each service had applied a position, in UTC microseconds. */
const appliedAt = async (db: QueryContext['db'], position: number): Promise<Map<string, number>> => {
  const rows = await db
    .tables<JournalTables>()
    .selectFrom('applied_batch')
    .select(['service', 'applied_at_us'])
    .where('to_position', '>=', position)
    .where('from_position', '<', position)
    .execute()
  return new Map(rows.map(row => [row.service, row.applied_at_us]))
}

const notTheirs: Refusal = { ok: false, code: 'store-not-allowed' }
/** At HQ the journal holds facts of all stores; some may see those of few. */
const isLimited = ({ node, principal }: Pick<QueryContext, 'node' | 'principal'>): boolean =>
  node.kind === 'hq' && principal?.stores !== undefined

/** Whether a fact is one of their stores', or HQ's own for everyone or for them. */
const maySee = (context: Pick<QueryContext, 'node' | 'principal'>, fact: RecordedFact): boolean => {
  if (!isLimited(context)) return true
  const stores = context.principal?.stores ?? []
  if (fact.store !== context.node.store) return stores.includes(fact.store)
  return fact.audience === undefined || stores.includes(fact.audience)
}

/** The addresses that belong to the journal itself and not to a service. */
export const platformFront = (options: JournalState): Omit<Front, 'name'> & { name: 'platform' } => ({
  name: 'platform',
  queries: {
    listFacts: async (input: { after: number; limit: number; type?: string }, context) => {
      if (isLimited(context)) return notTheirs
      const types = input.type === undefined ? undefined : [input.type]
      return { rows: await readFacts(context.db, input.after, input.limit, types), head: options.head() }
    },
    getFact: async (input: { factId: string }, context) => {
      const fact = await factById(context.db, input.factId)
      if (!fact) return { ok: false, code: 'not-found' }
      return maySee(context, fact) ? fact : notTheirs
    },
    factEffects: async (input: { factId: string }, context) => {
      const { db } = context
      const fact = await factById(db, input.factId)
      if (!fact) return { ok: false, code: 'not-found' }
      if (!maySee(context, fact)) return notTheirs
      const applied = await appliedAt(db, fact.position)
      const after = (atUs: number | null) => (atUs === null ? null : atUs - fact.recordedAtUs)
      const effects: Effect[] = [
        { service: 'journal', title: 'recorded', atUs: fact.recordedAtUs, afterUs: 0, rows: [] },
      ]
      for (const front of options.fronts) {
        for (const effect of (await front.effects?.(fact, db)) ?? []) {
          const atUs = effect.atUs ?? applied.get(front.name) ?? null
          effects.push({ ...effect, service: front.name, atUs, afterUs: after(atUs) })
        }
      }
      for (const caused of await factsCausedBy(db, fact.id)) {
        const atUs = caused.recordedAtUs
        effects.push({
          service: caused.type.split('.')[0] ?? '',
          title: caused.type,
          atUs,
          afterUs: after(atUs),
          rows: [],
          fact: caused.id,
        })
      }
      return { fact, effects: effects.toSorted((a, b) => (a.atUs ?? Infinity) - (b.atUs ?? Infinity)) }
    },
    services: async () => ({
      head: options.head(),
      rows: options
        .progress()
        .map(({ service, position, failure }) => ({ service, position, waiting: options.head() - position, failure })),
    }),
  },
  raw: {
    live: async (request: Request, context: RawContext<{ after?: number; types?: string }>) => {
      const { input, principal, db, timers } = context
      const last = Number(request.headers.get('last-event-id') ?? Number.NaN)
      return liveResponse({
        db,
        feed: options.feed,
        timers,
        after: Number.isSafeInteger(last) ? last : (input.after ?? options.head()),
        types: input.types?.split(','),
        bodies: principal?.scopes.includes('facts:read') ?? false,
        sees: fact => maySee(context, fact),
        signal: request.signal,
      })
    },
    rebuild: async (_request, { respond }) => respond.json({ tables: await options.rebuild() }),
  },
})
