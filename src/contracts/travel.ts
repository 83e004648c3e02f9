import type { Fact } from './fact.ts'
import type { FactType } from './known-facts.ts'

/** Where a node stands: tills below a store, stores below HQ. */
export type NodeKind = 'till' | 'store' | 'hq'

/** Who may record facts of a type: the node that nobody is above, a store (or HQ), or any node. */
export type Writer = 'top' | 'store' | 'any'

type Travel = {
  writer: Writer
  /** How far down it goes; absent where it stays above. Everything goes up. */
  downTo?: 'store' | 'till'
  /**
   * What the fact replaces on its way down: of all facts with the same key the newest is enough. Absent where each is needed.
   * A fact with several keys is needed as long as it is the newest of one.
   */
  keys?(body: Record<string, unknown>, fact: Pick<Fact, 'audience' | 'store'>): string[]
  /** Concerns the node that recorded it and no other, which keeps it and passes it on. */
  local?: true
}

const anyNode: Travel = { writer: 'any' }
const ownNode: Travel = { writer: 'store', local: true }
const keyed = (prefix: string, field: string): NonNullable<Travel['keys']> => {
  return body => [`${prefix} ${String(body[field])}`]
}
/** A till takes one return at a time: of what was said to it, the newest is enough for one that was long away. */
const ofClaimant = (prefix: string): NonNullable<Travel['keys']> => {
  return ({ claimedBy }) => {
    const { store, till } = claimedBy as { store: string; till: string }
    return [`${prefix} ${store} ${till}`]
  }
}
/** Decided at the top, known down to the tills. */
const shelf = (keys: NonNullable<Travel['keys']>): Travel => ({ writer: 'top', downTo: 'till', keys })
/** Decided at the top, known down to the stores. */
const backRoom = (keys: NonNullable<Travel['keys']>): Travel => ({ writer: 'top', downTo: 'store', keys })

/** How each fact travels: one writer for each kind, so that there is nothing to merge. */
const travels: Record<FactType, Travel> = {
  'store.configured': shelf((_body, { audience, store }) => [`store ${audience ?? store}`]),
  'store.grouped': shelf(keyed('groups', 'store')),
  'tax.set': shelf(({ code }, { audience }) => [`tax ${String(code)} ${audience ?? ''}`]),
  'category.set': shelf(keyed('category', 'name')),
  'product.saved': shelf(keyed('product', 'productId')),
  'product.archived': shelf(({ productIds }) =>
    Array.isArray(productIds) ? productIds.map(productId => `archived ${String(productId)}`) : [],
  ),
  'price.changed': shelf(({ sku }, { audience }) => [`price ${String(sku)} ${audience ?? ''}`]),
  'staff.person-added': shelf(keyed('person', 'personId')),
  'staff.person-changed': shelf(keyed('person', 'personId')),
  'staff.pin-set': shelf(keyed('person', 'personId')),
  'staff.token-created': ownNode,
  'staff.token-revoked': ownNode,
  'device.enrolled': { writer: 'store' },
  'device.revoked': { writer: 'store' },
  'override.granted': anyNode,
  'sale.completed': anyNode,
  'sale.returned': anyNode,
  'sale.voided': anyNode,
  'sale.parked': anyNode,
  'sale.taken-up': anyNode,
  'return.asked': { writer: 'store' },
  'return.passed-on': { writer: 'top', downTo: 'store', keys: ofClaimant('passed on') },
  'return.claimed': { writer: 'store', downTo: 'till', keys: ofClaimant('claim') },
  'return.claim-refused': { writer: 'store', downTo: 'till', keys: ofClaimant('claim') },
  'return.claim-released': { writer: 'any', downTo: 'store', keys: keyed('released', 'claimId') },
  'shift.opened': anyNode,
  'shift.closed': anyNode,
  'cash.paid-in': anyNode,
  'cash.paid-out': anyNode,
  'cash.drawer-opened': anyNode,
  'stock.adjusted': { writer: 'store' },
  'stock.counted': { writer: 'store' },
  'transfer.sent': { writer: 'store', downTo: 'store' },
  'transfer.received': { writer: 'store', downTo: 'store' },
  'supplier.saved': backRoom(keyed('supplier', 'supplierId')),
  'reorder-rule.set': backRoom(({ sku }, { audience }) => [`reorder ${String(sku)} ${audience ?? ''}`]),
  'reorder-rule.removed': backRoom(({ sku }, { audience }) => [`reorder ${String(sku)} ${audience ?? ''}`]),
  'purchase-order.proposed': { writer: 'top', downTo: 'store' },
  'purchase-order.created': { writer: 'top', downTo: 'store' },
  'purchase-order.ordered': { writer: 'top', downTo: 'store' },
  'purchase-order.cancelled': { writer: 'top', downTo: 'store' },
  'delivery.received': { writer: 'store' },
  'webhook.endpoint-saved': ownNode,
  'webhook.endpoint-removed': ownNode,
}

const travelOf = (type: string): Travel | undefined => (travels as Record<string, Travel | undefined>)[type]

/** Who may record facts of this type. A type that is not known here came from a newer node, and is not recorded here. */
export const writerOf = (type: string): Writer | undefined => travelOf(type)?.writer
export const isLocal = (type: string): boolean => travelOf(type)?.local === true

/** Where a fact goes down to, and what it replaces there; undefined where it stays. */
export const wayDown = (
  fact: Pick<Fact, 'id' | 'type' | 'body' | 'audience' | 'store'>,
): { to: 'store' | 'till'; keys: string[] } | undefined => {
  const travel = travelOf(fact.type)
  if (!travel?.downTo) return undefined
  return { to: travel.downTo, keys: travel.keys?.(fact.body, fact) ?? [fact.id] }
}
