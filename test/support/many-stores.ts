import fc from 'fast-check'
import type { RecordedFact } from '../../src/contracts/fact.ts'
import type { FactType } from '../../src/contracts/known-facts.ts'

/** What may happen in three stores below one HQ, as facts in the chains of the nodes that record them. */

export const stores = ['store-1', 'store-2', 'store-3'] as const
export const skus = ['A', 'B', 'C'] as const
export const piece = 1_000_000

/** A fact before it has reached any journal. `needs`: what has to be known first, by chain and number, as it could not have been recorded otherwise. */
export type Happened = Pick<RecordedFact, 'id' | 'type' | 'store' | 'node' | 'seq' | 'atMs' | 'audience' | 'body'> & {
  needs?: { node: string; seq: number }
}
export type Chains = Map<string, Happened[]>

const hqFacts = 8
const pieces = fc.integer({ min: 1, max: 9 })
const sku = fc.constantFrom(...skus)
const store = fc.integer({ min: 0, max: stores.length - 1 })
const dayMs = 86_400_000
const yearMs = Date.UTC(2026, 0, 1)

const act = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('sell'),
      store,
      sku,
      pieces,
      totalMinor: fc.nat(5_000),
      /** At the till's own node, or in its name at the store's. */
      atTill: fc.boolean(),
      isReturn: fc.boolean(),
      inShift: fc.integer({ min: 0, max: 3 }),
      /** Of the catalogue: nothing is sold before HQ has said what there is. */
      version: fc.integer({ min: stores.length + 1, max: hqFacts }),
      afterMs: fc.nat(20 * dayMs),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('adjust', 'deliver', 'count'),
      store,
      sku,
      pieces: fc.integer({ min: -9, max: 9 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('transfer'),
      store,
      to: store,
      sku,
      pieces,
      /** Arrived of what was sent; null while it is on the way. */
      arrived: fc.option(fc.integer({ min: 0, max: 12 })),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('open'), store }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('pay-in'), store, amountMinor: fc.nat(900) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('close'),
      store,
      /** Closed at the store because the till is lost: how many of the newest facts of the till had not reached it. */
      unheard: fc.option(fc.nat(2)),
    }),
  },
)
export type Act = typeof act extends fc.Arbitrary<infer T> ? T : never
export const acts = fc.array(act, { maxLength: 40, size: 'max' })

const idOf = (n: number): string => `01936d2e-7c00-7000-8000-${String(n).padStart(12, '0')}`

/** What HQ said: the settings of each store, which change once, and costs that rise. */
const catalogue = (chain: (node: string) => Happened[], add: Add): void => {
  const zones = ['Europe/Berlin', 'America/Sao_Paulo', 'Pacific/Auckland']
  const configure = (index: number, timeZone: string) =>
    add('hq', 'hq', 'store.configured', { name: stores[index]!, timeZone, currency: 'EUR' }, stores[index])
  for (const index of stores.keys()) configure(index, zones[index]!)
  for (const costMinor of [100, 150, 150, 200])
    add('hq', 'hq', 'product.saved', { name: 'A', variants: skus.map(each => ({ sku: each, form: '', costMinor })) })
  configure(0, 'Pacific/Auckland')
  if (chain('hq').length !== hqFacts) throw new Error('HQ says another number of facts')
}

type Add = (
  node: string,
  store: string,
  type: FactType,
  body: Record<string, unknown>,
  audience?: string,
  needs?: Happened['needs'],
) => Happened

const soldBody = (each: Extract<Act, { kind: 'sell' }>, receiptNumber: number, shiftId: string | undefined) => {
  const sign = each.isReturn ? -1 : 1
  const totalMinor = each.totalMinor * sign
  const totals = { subtotalMinor: totalMinor, discountMinor: 0, netMinor: totalMinor, taxMinor: 0, totalMinor }
  return {
    ...(each.isReturn ? { returnId: idOf(receiptNumber), reason: 'why' } : { saleId: idOf(receiptNumber) }),
    till: 'till-1',
    receiptNumber,
    completedAtMs: yearMs + each.afterMs,
    catalogueVersion: each.version,
    cashier: `cashier ${each.pieces % 2}`,
    currency: 'EUR',
    lines: [{ lineNo: 1, sku: each.sku, quantityMicro: each.pieces * piece * sign, totalMinor }],
    totals: { ...totals, roundingMinor: 0, dueMinor: totalMinor },
    taxes: [{ taxCode: 'zero', partCode: 'zero', name: 'No tax', ratePpm: 0, netMinor: totalMinor, taxMinor: 0 }],
    tenders: [{ kind: 'cash', amountMinor: totalMinor }],
    changeMinor: 0,
    ...(shiftId === undefined ? {} : { shiftId }),
  }
}

/** A report as a till writes it; that its figures are right is for other tests to see. */
const reportBody = (shiftId: string, zNumber: number) => ({
  shiftId,
  kind: 'Z',
  zNumber,
  till: 'till-1',
  currency: 'EUR',
  openedBy: 'Test',
  openedAtMs: 1,
  closedAtMs: 2,
  fromPosition: 1,
  toPosition: 2,
  sales: 0,
  returns: 0,
  grossMinor: 0,
  discountMinor: 0,
  netMinor: 0,
  taxMinor: 0,
  totalMinor: 0,
  roundingMinor: 0,
  taxes: [],
  tenders: [],
  cashiers: [],
  floatMinor: 0,
  paidInMinor: 0,
  paidOutMinor: 0,
  expectedCashMinor: 0,
  countedCashMinor: 0,
  differenceMinor: 0,
  differenceReason: null,
})

/** These acts as chains of facts: HQ's, and for each store that of the store's node and that of its till. */
export const happen = (all: readonly Act[]): Chains => {
  const chains: Chains = new Map()
  let ids = 0
  const chain = (node: string): Happened[] => {
    const known = chains.get(node) ?? []
    chains.set(node, known)
    return known
  }
  const add: Add = (node, ofStore, type, body, audience, needs) => {
    ids += 1
    const of = chain(node)
    const happened: Happened = {
      id: idOf(ids),
      type,
      store: ofStore,
      node,
      seq: of.length + 1,
      atMs: yearMs + ids,
      body,
      ...(audience === undefined ? {} : { audience }),
      ...(needs ? { needs } : {}),
    }
    of.push(happened)
    return happened
  }
  catalogue(chain, add)
  const shifts = new Map<string, { shiftId: string; openedSeq: number; closed: boolean }[]>()
  const shiftsOf = (of: string) => {
    const known = shifts.get(of) ?? []
    shifts.set(of, known)
    return known
  }
  const open = (of: string) => shiftsOf(of).find(shift => !shift.closed)
  let numbers = 1_000
  for (const each of all) {
    const of = stores[each.store]!
    const till = `${of}-till`
    const line = 'sku' in each ? { sku: each.sku, quantityMicro: each.pieces * piece } : undefined
    switch (each.kind) {
      case 'sell': {
        numbers += 1
        const shift = shiftsOf(of).at(-1 - each.inShift)
        const type = each.isReturn ? 'sale.returned' : 'sale.completed'
        const needs = { node: 'hq', seq: each.version }
        add(each.atTill ? till : of, of, type, soldBody(each, numbers, shift?.shiftId), undefined, needs)
        break
      }
      case 'adjust':
        add(of, of, 'stock.adjusted', { lines: [line], reason: 'found', note: '' })
        break
      case 'count':
        add(of, of, 'stock.counted', { lines: [{ ...line, countedMicro: 0 }], note: '' })
        break
      case 'deliver': {
        const body = { deliveryId: idOf(900_000 + ids), supplierId: idOf(1), purchaseOrderId: null, reference: '' }
        add(of, of, 'delivery.received', { ...body, lines: [{ ...line, costMinor: null }] })
        break
      }
      case 'transfer': {
        const toStore = stores[each.to]!
        if (toStore === of) break
        const transfer = { transferId: idOf(800_000 + ids), fromStore: of, toStore, note: '' }
        add(of, of, 'transfer.sent', { ...transfer, lines: [line] }, toStore)
        if (each.arrived === null) break
        const lines = [{ sku: each.sku, sentMicro: each.pieces * piece, quantityMicro: each.arrived * piece }]
        add(toStore, toStore, 'transfer.received', { ...transfer, lines }, of)
        break
      }
      case 'open': {
        if (open(of)) break
        const shiftId = idOf(700_000 + ids)
        const body = { shiftId, till: 'till-1', floatMinor: 0, openedBy: 'Test' }
        shiftsOf(of).push({ shiftId, openedSeq: add(till, of, 'shift.opened', body).seq, closed: false })
        break
      }
      case 'pay-in': {
        const shift = open(of)
        if (!shift) break
        const body = { shiftId: shift.shiftId, till: 'till-1', amountMinor: each.amountMinor, reason: 'why' }
        add(till, of, 'cash.paid-in', body)
        break
      }
      case 'close': {
        const shift = open(of)
        if (!shift) break
        shift.closed = true
        const { shiftId } = shift
        const body = { shiftId, till: 'till-1', report: reportBody(shiftId, shiftsOf(of).length) }
        if (each.unheard === null) {
          add(till, of, 'shift.closed', { ...body, covers: [] })
          break
        }
        const heard = Math.max(shift.openedSeq, chain(till).length - each.unheard)
        const covers = [{ node: till, epoch: 1, seq: heard }]
        add(of, of, 'shift.closed', { ...body, covers }, undefined, { node: till, seq: heard })
      }
    }
  }
  return chains
}

/**
 * The chains in one of the orders in which a journal may hear of them: `picks` says whose fact comes next. Each chain stays in
 * order, and what a node had to know when it recorded a fact comes before it.
 */
export const journalOf = (chains: Chains, picks: readonly number[]): RecordedFact[] => {
  const heard: RecordedFact[] = []
  const places = new Map([...chains.keys()].map(node => [node, 0]))
  const take = (node: string): void => {
    const place = places.get(node) ?? 0
    const next = chains.get(node)?.[place]
    if (!next) return
    const { needs, ...fact } = next
    while (needs && chains.has(needs.node) && (places.get(needs.node) ?? 0) < needs.seq) take(needs.node)
    if ((places.get(node) ?? 0) !== place) return
    places.set(node, place + 1)
    const position = heard.length + 1
    const envelope = { version: 1, epoch: 1, actor: 'system', prev: '', hash: '' }
    heard.push({ ...fact, ...envelope, position, recordedAtUs: position })
  }
  const nodes = [...chains.keys()]
  for (const pick of picks) take(nodes[pick % nodes.length]!)
  for (const node of nodes) while ((places.get(node) ?? 0) < (chains.get(node)?.length ?? 0)) take(node)
  return heard
}
