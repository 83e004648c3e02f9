import type { z } from 'zod'
import type { RecordedFact } from '../../contracts/fact.ts'
import type { cloudEvent } from '../../contracts/integrations.ts'

/** A fact as receivers get it (CloudEvents 1.0, structured mode). Its id is the fact's, so a receiver knows a repeat. */
export const eventOf = (fact: RecordedFact): z.infer<typeof cloudEvent> => ({
  specversion: '1.0',
  id: fact.id,
  source: `/stores/${fact.store}/nodes/${fact.node}`,
  type: fact.type,
  time: new Date(fact.atMs).toISOString(),
  subject: fact.id,
  datacontenttype: 'application/json',
  tillwirestore: fact.store,
  tillwirenode: fact.node,
  tillwireepoch: fact.epoch,
  tillwireseq: fact.seq,
  tillwireposition: fact.position,
  ...(fact.cause === undefined ? {} : { tillwirecause: fact.cause }),
  data: fact.body,
})

/** Whether an endpoint's filters ("sale.completed", "sale.*", "*") take a type of fact. */
export const takes = (filters: readonly string[], type: string): boolean =>
  filters.some(
    filter => filter === '*' || filter === type || (filter.endsWith('.*') && type.startsWith(filter.slice(0, -1))),
  )
