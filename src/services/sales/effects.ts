import { type RecordedFact, versionOf } from '../../contracts/fact.ts'
import { isFact } from '../../contracts/known-facts.ts'
import type { Reader } from '../../platform/database/database.ts'
import type { Front } from '../../platform/host/service.ts'
import type { SalesTables } from './tables.ts'

type Effects = Awaited<ReturnType<NonNullable<Front['effects']>>>

/** What a fact did here: its own are applied in the transaction that records them, those of the catalogue and of shifts after it. */
export const salesEffects = async (fact: RecordedFact, db: Reader): Promise<Effects> => {
  const own = (title: string, row: Effects[number]['rows'][number]): Effects => [
    { title, atUs: fact.recordedAtUs, rows: [row] },
  ]
  if (isFact(fact, 'sale.completed') || isFact(fact, 'sale.returned')) {
    const { till, receiptNumber, totals, currency, lines } = fact.body
    const row = { till, receiptNumber, totalMinor: totals.totalMinor, currency, lines: lines.length }
    return own(fact.type === 'sale.completed' ? 'sale recorded' : 'return recorded', row)
  }
  if (isFact(fact, 'sale.voided')) return own('basket given up', { till: fact.body.till, lines: fact.body.lines })
  if (isFact(fact, 'sale.parked')) return own('basket set aside', { till: fact.body.till, label: fact.body.label })
  if (isFact(fact, 'sale.taken-up')) return own('basket taken up', { till: fact.body.till })
  if (isFact(fact, 'return.asked') || isFact(fact, 'return.passed-on')) {
    return own('asked who sold it', { till: fact.body.claimedBy.till, sale: fact.body.saleId })
  }
  if (isFact(fact, 'return.claimed')) {
    const { claimedBy, goods } = fact.body
    const row = { store: claimedBy.store, till: claimedBy.till, totalMinor: goods.totalMinor, currency: goods.currency }
    return own('promised to come back', row)
  }
  if (isFact(fact, 'return.claim-refused')) return own('may not come back', { code: fact.body.code })
  if (isFact(fact, 'return.claim-released')) return own('did not come back', { sale: fact.body.saleId })
  if (isFact(fact, 'override.granted')) {
    const { right, approverName } = fact.body
    return [{ title: 'may be used once', atUs: null, rows: [{ right, approver: approverName }] }]
  }
  if (isFact(fact, 'device.enrolled')) {
    return [{ title: 'sells at this till alone', atUs: null, rows: [{ till: fact.body.handle }] }]
  }
  if (isFact(fact, 'device.revoked'))
    return [{ title: 'sells no more', atUs: null, rows: [{ node: fact.body.nodeId }] }]
  if (isFact(fact, 'store.grouped')) {
    const groups = fact.body.groups.join(', ')
    return [{ title: 'sells at the prices of these groups', atUs: null, rows: [{ store: fact.body.store, groups }] }]
  }
  if (isFact(fact, 'price.changed') && fact.audience !== undefined) {
    const row = { sku: fact.body.sku, audience: fact.audience, priceMinor: fact.body.priceMinor }
    return [{ title: 'sells at this price there', atUs: null, rows: [row] }]
  }
  if (isFact(fact, 'shift.opened')) {
    return [{ title: 'sells in this shift', atUs: null, rows: [{ till: fact.body.till }] }]
  }
  if (isFact(fact, 'shift.closed')) {
    return [{ title: 'no longer sells in this shift', atUs: null, rows: [{ till: fact.body.till }] }]
  }
  if (isFact(fact, 'tax.set')) return [{ title: 'sells with this tax', atUs: null, rows: [{ tax: fact.body.code }] }]
  if (isFact(fact, 'store.configured')) {
    return [{ title: 'sells by these settings', atUs: null, rows: [{ currency: fact.body.currency }] }]
  }
  const articles = await db
    .tables<SalesTables>()
    .selectFrom('sales_article')
    .select(['sku', 'name', 'price_minor as priceMinor', 'archived'])
    .where('from_version', '=', versionOf(fact))
    .orderBy('sku')
    .limit(100)
    .execute()
  return articles.length === 0 ? [] : [{ title: 'sells at these prices', atUs: null, rows: articles }]
}
